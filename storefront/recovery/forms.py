"""What a merchant chooses about reminders."""

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.recovery.enums import Rule
from storefront.recovery.models import FEWEST_HOURS, MOST_HOURS


class RecoveryForm(forms.Form):
    """Whether, whom and when; the code is one of the store's discounts."""

    is_on = forms.BooleanField(label=_("Remind shoppers of carts they leave behind"), required=False)
    after_hours = forms.IntegerField(
        label=_("Hours after the last change"),
        min_value=FEWEST_HOURS,
        max_value=MOST_HOURS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("The mail leaves within the hour after that."),
    )
    rule = forms.ChoiceField(label=_("Whom"), choices=Rule)
    code = forms.CharField(
        label=_("Discount code"),
        required=False,
        max_length=40,
        help_text=_("Empty: none. It is in the mail, and in the cart once somebody comes back by it."),
    )
