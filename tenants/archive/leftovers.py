"""What did not come along with a store that was opened from an archive, and what its owner can do about it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tenants.enums import Role

Leftover = dict[str, str]


def person(email: str, role: Role) -> Leftover:
    """Somebody who worked there and has no place here yet."""
    return {"kind": "person", "email": email, "role": str(role)}


def capped(email: str) -> Leftover:
    """An owner of the archived store who came as a manager."""
    return {"kind": "capped", "email": email}


def domain(host: str, *, is_taken: bool) -> Leftover:
    """A domain, which has to be proved again."""
    return {"kind": "domain_taken" if is_taken else "domain", "host": host}


def payments() -> Leftover:
    """Accounts with payment providers."""
    return {"kind": "payments"}


def plan() -> Leftover:
    """What the archived store paid for."""
    return {"kind": "plan"}


def describe(item: Mapping[str, str]) -> str:
    """Return the sentence for people to read."""
    sentences = {
        "person": _("%(email)s has no place here yet; invite them under Settings → Staff."),
        "capped": _("%(email)s comes as a manager; only you own this store."),
        "domain": _("The domain %(host)s has to be connected and proved again."),
        "domain_taken": _("The domain %(host)s belongs to another store here and was left out."),
        "payments": _("Payments have to be connected again; an account is never taken from a file."),
        "plan": _("The store starts with a trial; what it paid before stays with the old store."),
    }
    return sentences[item["kind"]] % item
