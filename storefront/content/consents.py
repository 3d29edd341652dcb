"""Lines of the ledger of consents, in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from storefront.content.enums import Consent


def describe_line(row: dict[str, Any]) -> dict[str, Any]:
    """Return a line of `list_consent_lines` with what it is about, where it was said and what was said as a reader knows them."""
    kinds = {
        "marketing": _("News and offers by e-mail"),
        "personal": _("Suggestions from what they look at"),
        "reminders": _("A reminder of a cart left behind"),
        "letters": pgettext("consent", "Letters"),
    }
    places = {
        "account": pgettext("consent", "In their account"),
        "checkout": pgettext("consent", "At checkout"),
        "import": pgettext("consent", "Brought in from a file"),
        "home": pgettext("consent", "On the home page"),
        "footer": pgettext("consent", "At the foot of a page"),
        "merge": pgettext("consent", "When two customers became one"),
        "link": pgettext("consent", "By a mailed link"),
    }
    state = {Consent.GIVEN: "done", Consent.TAKEN_BACK: "fail"}.get(Consent(row["said"]), "wait")
    return {
        **row,
        "kind": kinds.get(row["about"], row["about"]),
        "place": places.get(row["where"], row["where"] or "–"),
        "label": Consent(row["said"]).label,
        "state": state,
    }
