"""What the entries of the logs say, in words; an entry that is new here shows its own name."""

from django.utils.translation import gettext as _


def event_words() -> dict[str, str]:
    """Return every known kind of entry with its words in the reader's language."""
    return {
        "reserved": _("Reserved its address"),
        "provisioned": _("Store opened"),
        "facts": _("Changed the store’s facts"),
        "state.ready": _("Store is open"),
        "state.checkout_off": _("Checkout closed"),
        "state.suspended": _("Store suspended"),
        "state.deleting": _("Deletion began"),
        "state.deleted": _("Store deleted"),
        "console.trial": _("Trial extended"),
        "console.plan": _("Plan changed"),
        "console.note": _("Note added"),
        "console.train": _("Training asked for"),
        "console.search": _("Search rebuilt"),
        "console.cache": _("Cache cleared"),
        "console.facts": _("Figures looked up again"),
        "console.migrate": _("Migrations run"),
        "console.export": _("Export asked for"),
        "console.invite": _("Invitation sent again"),
        "support.started": _("Support signed in"),
        "support.write": _("Support allowed itself changes"),
        "support.ended": _("Support session ended"),
        "support.deed": _("Changed by support"),
        "announcement.created": _("Announcement written"),
        "announcement.changed": _("Announcement changed"),
        "announcement.deleted": _("Announcement removed"),
    }


def describe_event(kind: str) -> str:
    """Return the words of one kind, or the kind itself."""
    return event_words().get(kind, kind)
