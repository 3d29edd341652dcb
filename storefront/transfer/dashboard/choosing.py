"""How a file is to be taken, as the page of columns asks and the pages after it repeat."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from storefront.inventory.models import Warehouse
from storefront.transfer.choices import Arrival, Choices, Existing, Pictures, Sign, guess_sign, offered, read_choices
from storefront.transfer.enums import ImportKind
from storefront.transfer.models import ImportRun
from tenants.languages import name_language
from tenants.models import Tenant


class ChoicesForm(forms.Form):
    """What a file of one kind leaves open in this store; a question with one answer is not asked."""

    existing = forms.ChoiceField(
        label=_("What is in your store already"), choices=Existing.choices, widget=forms.RadioSelect, required=False
    )
    arrival = forms.ChoiceField(
        label=_("What is new"), choices=Arrival.choices, widget=forms.RadioSelect, required=False
    )
    sign = forms.ChoiceField(
        label=_("Before the cents stands"), choices=Sign.choices, widget=forms.RadioSelect, required=False
    )
    warehouse = forms.TypedChoiceField(label=_("Warehouse"), coerce=int)
    language = forms.ChoiceField(
        label=_("Language of its texts"),
        required=False,
        help_text=_(
            "Of a file in another language, titles and descriptions of products that are here are taken, nothing else."
        ),
    )
    pictures = forms.ChoiceField(
        label=_("Pictures, videos and 3D models it names"),
        choices=Pictures.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, data: QueryDict | None, run: ImportRun, tenant: Tenant) -> None:
        kind, warehouses = ImportKind(run.kind), list(Warehouse.objects.order_by("-is_default", "position", "pk"))
        kept = _kept(run)
        initial = {
            "existing": kept.existing,
            "arrival": kept.arrival,
            "sign": kept.sign,
            "language": kept.language,
            "pictures": kept.pictures,
            "warehouse": kept.warehouse_id,
        }
        super().__init__(data, initial=initial)
        languages = [(code, name_language(code)) for code in tenant.further_languages]
        self.fields["warehouse"].choices = [(one.pk, one.name) for one in warehouses]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", name_language(tenant.language)), *languages]  # type: ignore[attr-defined]
        self.fields["sign"].help_text = _("Prices are in %(currency)s.") % {"currency": tenant.currency}
        self.fields["warehouse"].help_text = (
            _("For rows that name none.") if kind == ImportKind.INVENTORY else _("Where the counts of the file lie.")
        )
        asked = set(offered(kind))
        asked -= set() if len(warehouses) > 1 else {"warehouse"}
        asked -= set() if languages else {"language"}
        for name in set(self.fields) - asked:
            del self.fields[name]

    def choices(self) -> Choices:
        """Return what was chosen; what was not asked is as always."""
        data = self.cleaned_data
        return Choices(
            existing=Existing(data.get("existing") or Existing.UPDATE),
            arrival=Arrival(data.get("arrival") or Arrival.AS_WRITTEN),
            sign=Sign(data.get("sign") or Sign.POINT),
            pictures=Pictures(data.get("pictures") or Pictures.TAKE),
            warehouse_id=data.get("warehouse"),
            language=data.get("language", ""),
        )


def describe_choices(run: ImportRun, tenant: Tenant) -> list[tuple[str, str]]:
    """Return what was chosen as (question, answer)."""
    if not run.choices:
        return []
    form = ChoicesForm(None, run, tenant)
    return [(str(bound.label), _answer(bound.field, bound.value())) for bound in form]


def _answer(field: forms.Field, value: Any) -> str:
    return next((str(label) for key, label in field.choices if str(key) == str(value or "")), "")  # type: ignore[attr-defined]


def _kept(run: ImportRun) -> Choices:
    if run.choices:
        return read_choices(run.choices)
    return Choices(sign=guess_sign(run.header, run.samples, run.mapping))
