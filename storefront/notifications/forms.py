"""What a merchant says of mails."""

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.notifications.services.saying import LONGEST_NAME, LONGEST_WORDS


class SenderForm(forms.Form):
    """Who writes to shoppers, and who reads what they answer."""

    sender_name = forms.CharField(label=_("Sender’s name"), required=False, max_length=LONGEST_NAME)
    reply_to = forms.EmailField(
        label=_("Answers go to"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: object, name: str, contact_email: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["sender_name"].widget.attrs["placeholder"] = name
        self.fields["reply_to"].widget.attrs["placeholder"] = contact_email


class MailForm(forms.Form):
    """Whether a mail is sent, and a sentence of the store's own in it."""

    is_on = forms.BooleanField(label=_("Send this mail"), required=False)
    words = forms.CharField(
        label=_("A sentence of your own"),
        required=False,
        max_length=LONGEST_WORDS,
        help_text=_("Plain text, in this language alone. It stands below what the mail has to say."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: object, can_switch: bool, has_words: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not can_switch:
            del self.fields["is_on"]
        if not has_words:
            del self.fields["words"]
