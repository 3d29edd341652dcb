"""The three mails of a deletion: when it begins, a week before its end, and when all is gone."""

from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from integrations.mail.services import send_mail
from tenants.archive.enums import DeletionState
from tenants.archive.models import Deletion
from tenants.enums import Role
from tenants.models import Membership, Tenant
from tenants.selectors import platform_url


def mail_deletion(*, deletion_id: int, kind: str, user_id: int | None = None) -> int:
    """Write to an owner of the store, or to all where none is named; `kind` is started, week or done. Return how many mails left.

    The last one takes the addresses off the tombstone, one after another as they are written to.
    Raises: OSError where somebody's mail was not taken, after all others; the task is tried again then, and writes to
    nobody twice.
    """
    deletion = Deletion.objects.get(pk=deletion_id)
    if kind == "done":
        return _say_farewell(deletion)
    tenant = Tenant.objects.filter(pk=deletion.tenant_id).first()
    if deletion.state != DeletionState.WAITING or tenant is None:
        return 0
    owners = Membership.objects.filter(tenant=tenant, role=Role.OWNER).select_related("user")
    if user_id is not None:
        owners = owners.filter(user_id=user_id)
    return sum(
        _send(deletion, kind, name=tenant.name, email=owner.user.email, language=owner.user.language)
        for owner in owners
    )


def _say_farewell(deletion: Deletion) -> int:
    sent, refused = 0, None
    people: list[dict[str, Any]] = list(deletion.farewell.get("people", []))
    for person in list(people):
        name, email, language = str(deletion.farewell["name"]), person["email"], person["language"]
        try:
            sent += _send(deletion, "done", name=name, email=email, language=language)
        except OSError as error:
            refused = error
            continue
        people.remove(person)
        left = {"name": name, "people": people} if people else {}
        Deletion.objects.filter(pk=deletion.pk).update(farewell=left)
    if refused is not None:
        raise refused
    Deletion.objects.filter(pk=deletion.pk).update(farewell={})
    return sent


def _send(deletion: Deletion, kind: str, *, name: str, email: str, language: str) -> bool:
    with translation.override(language):
        subjects = {
            "started": _("%(name)s is closed and will be erased in 30 days"),
            "week": _("%(name)s will be erased in a week"),
            "done": _("%(name)s has been erased"),
        }
        subject = subjects[kind] % {"name": name}
        context = {"kind": kind, "name": name, "day": date_format(deletion.due_at, "DATE_FORMAT")}
        if kind != "done":
            context |= {"action_url": platform_url("/stores/"), "action_label": _("Keep my store")}
    return send_mail(to=email, subject=subject, template="archive/email/deletion", context=context, language=language)
