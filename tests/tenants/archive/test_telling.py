"""The mails of a deletion: an address that takes no mail keeps none from the others."""

from collections.abc import Sequence
from datetime import datetime
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend

from accounts.models import User
from accounts.services import create_user
from core.outbox.models import OutboxMessage
from tenants.archive.models import Deletion
from tenants.archive.services import start_deletion
from tenants.archive.services.telling import mail_deletion
from tenants.enums import Role
from tenants.models import Membership, Tenant
from tests.fixtures.tenancy import PASSWORD

GONE = "gone@example.com"


class Picky(EmailBackend):
    """A mail server that knows all mailboxes but one."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if any(GONE in message.to for message in messages):
            raise SMTPRecipientsRefused({GONE: (450, b"4.2.1 not now")})
        return super().send_messages(messages)


@pytest.fixture
def closing(acme: Tenant, now: datetime, settings: Any) -> Deletion:
    """A store of two owners, of whom the first has a mailbox that takes nothing."""
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    User.objects.filter(email="acme@example.com").update(email=GONE)
    other = create_user(email="other@example.com", password=PASSWORD, now=now)
    Membership.objects.create(user=other, tenant=acme, role=Role.OWNER, created_at=now)
    return start_deletion(tenant=acme, typed=acme.slug, reason="", actor="test", now=now)


def test_each_owner_is_written_to_by_a_task_of_their_own(closing: Deletion) -> None:
    refused = []
    for message in OutboxMessage.objects.filter(task="tenants.archive.mail_deletion").order_by("pk"):
        try:
            mail_deletion(**message.kwargs)
        except OSError:
            refused.append(message.kwargs["user_id"])
    assert [letter.to for letter in mail.outbox] == [["other@example.com"]]
    assert refused == [User.objects.get(email=GONE).pk]


def test_the_last_word_is_kept_for_those_alone_who_did_not_get_it(closing: Deletion) -> None:
    people = [{"email": email, "language": "en"} for email in (GONE, "other@example.com")]
    Deletion.objects.filter(pk=closing.pk).update(farewell={"name": "Acme", "people": people})
    for _try in range(2):
        with pytest.raises(OSError, match="not now"):
            mail_deletion(deletion_id=closing.pk, kind="done")
    assert [letter.to for letter in mail.outbox] == [["other@example.com"]]
    closing.refresh_from_db()
    assert closing.farewell == {"name": "Acme", "people": [people[0]]}
