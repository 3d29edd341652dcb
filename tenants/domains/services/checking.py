"""Look for the proof: first until it is there, then every day whether it still is."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from core.outbox.services import enqueue
from core.tenancy import in_public
from integrations.dns.resolver import Addresses, Reply, Resolver, Texts
from tenants.domains.enums import HOLDING, ClaimState, Finding, Pointing, ReleaseReason
from tenants.domains.locks import lock_claim, lock_store
from tenants.domains.models import DomainClaim
from tenants.domains.names import CHALLENGE_PREFIX, challenge_name, challenge_text
from tenants.domains.selectors import find_quarantine, list_due_claims
from tenants.domains.services.releasing import let_go
from tenants.enums import TenantState
from tenants.models import Domain
from tenants.services import record_event

# How often a claim without proof is looked at until it has this age: a change of a record takes minutes, or a day.
LOOKS = [
    (timedelta(minutes=10), timedelta(minutes=1)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=14), timedelta(hours=6)),
]
RECHECK_EVERY = timedelta(days=1)
# The merchant is told after two days without proof, and the name is given back after seven, all of them looked at.
# Looks at the merchant's wish count as well, so both ask for time that went by, too.
MISSES_BEFORE_WARNING = 2
WARNING_AFTER = timedelta(days=1)
MISSES_BEFORE_RELEASE = 7
RELEASE_AFTER = timedelta(days=7)
# Silence is no answer: it has to last for weeks before it counts.
WARNING_AFTER_SILENCE = timedelta(days=3)
RELEASE_AFTER_SILENCE = timedelta(days=30)
# Whoever takes a due claim puts it off by this; a worker that dies costs that much time.
LEASE = timedelta(minutes=10)
MOST_TEXTS, MOST_CHARACTERS = 10, 120


class InQuarantine(Exception):
    """Another store left one of the names not long ago."""

    def __init__(self, ends_at: datetime) -> None:
        super().__init__(ends_at)
        self.ends_at = ends_at


def request_due_checks(*, now: datetime, limit: int = 200) -> int:
    """Ask for a look at every claim whose time has come, and return how many there are."""
    with in_public(), transaction.atomic():
        due = list_due_claims(now=now, limit=limit)
        for claim in due:
            taken = DomainClaim.objects.filter(pk=claim.pk, next_check_at=claim.next_check_at)
            if taken.update(next_check_at=now + LEASE):
                enqueue(task="tenants.domains.check", kwargs={"claim_id": claim.pk})
    return len(due)


def check_claim(*, claim_id: int, resolver: Resolver, actor: str, now: datetime) -> DomainClaim | None:
    """Ask the domain name system for a claim's proof and draw the conclusion; None when the claim is gone or released.

    The questions are asked outside any transaction. Without an answer nothing is granted.
    """
    with in_public():
        asked = DomainClaim.objects.exclude(state=ClaimState.RELEASED).filter(pk=claim_id).first()
        if asked is None:
            return None
        texts = resolver.find_texts(challenge_name(asked.host))
        target = resolver.find_addresses(settings.DOMAIN_TARGET)
        pointing = {host: _compare(resolver.find_addresses(host), target) for host in asked.hosts}
        with transaction.atomic():
            lock_store(asked.tenant_id)
            claim = lock_claim(claim_id)
            if claim is None or claim.state == ClaimState.RELEASED:
                return None
            claim.checked_at, claim.checks_count, claim.pointing = now, claim.checks_count + 1, pointing
            claim.finding = judge(texts, token=claim.token)
            claim.seen_texts = [text[:MOST_CHARACTERS] for text in texts.texts[:MOST_TEXTS]]
            if claim.state in HOLDING:
                _conclude_held(claim, actor=actor, now=now)
            else:
                _conclude_waiting(claim, actor=actor, now=now)
            claim.save()
    return claim


def judge(texts: Texts, *, token: str) -> Finding:
    """Compare what was found with the proof; providers add quotes and change case, and the token survives both."""
    if texts.reply is not Reply.FOUND:
        return {
            Reply.NO_NAME: Finding.NO_NAME,
            Reply.NO_RECORD: Finding.NO_RECORD,
            Reply.UNANSWERED: Finding.UNANSWERED,
        }[texts.reply]
    found = [text.strip().strip('"').strip().lower() for text in texts.texts]
    expected = challenge_text(token).lower()
    if any(hmac.compare_digest(text.encode(), expected.encode()) for text in found):
        return Finding.FOUND
    return Finding.OTHER_TOKEN if any(text.startswith(CHALLENGE_PREFIX) for text in found) else Finding.OTHER_TEXT


def _conclude_waiting(claim: DomainClaim, *, actor: str, now: datetime) -> None:
    if claim.finding == Finding.FOUND:
        try:
            _take_names(claim, now=now)
        except IntegrityError:
            claim.finding = Finding.TAKEN
        except InQuarantine as error:
            claim.finding, claim.next_check_at = Finding.QUARANTINED, error.ends_at
            return
        else:
            claim.state, claim.verified_at, claim.next_check_at = ClaimState.VERIFIED, now, now + RECHECK_EVERY
            data: dict[str, object] = {"host": claim.host, "hosts": claim.hosts}
            record_event(tenant_id=claim.tenant_id, kind="domain.verified", actor=actor, data=data, now=now)
            enqueue(task="tenants.domains.mail", kwargs={"claim_id": claim.pk, "kind": "verified"})
            return
    age = now - claim.created_at
    claim.next_check_at = next((now + every for until, every in LOOKS if age < until), None)


def _take_names(claim: DomainClaim, *, now: datetime) -> None:
    """Write the names down as the store's; the database lets one store only have each, whoever comes at the same time.

    Whether another store has just left is asked after the names are taken: its leaving may have been what we waited for.
    Raises: IntegrityError, InQuarantine.
    """
    with transaction.atomic():
        for host in sorted(claim.hosts):
            Domain.objects.create(tenant_id=claim.tenant_id, domain=host, is_primary=False, verified_at=now)
        DomainClaim.objects.filter(pk=claim.pk).update(state=ClaimState.VERIFIED, verified_at=now)
        ends_at = find_quarantine(tenant_id=claim.tenant_id, hosts=claim.hosts, now=now)
        if ends_at is not None:
            raise InQuarantine(ends_at)


def _conclude_held(claim: DomainClaim, *, actor: str, now: datetime) -> None:
    claim.next_check_at = now + RECHECK_EVERY
    if claim.tenant.state == TenantState.DELETED:
        let_go(claim, reason=ReleaseReason.STORE_CLOSED, actor=actor, now=now)
        return
    if claim.finding == Finding.FOUND:
        claim.state, claim.failing_since, claim.misses_count = ClaimState.VERIFIED, None, 0
        return
    claim.failing_since = claim.failing_since or now
    claim.misses_count += claim.finding != Finding.UNANSWERED
    lasted = now - claim.failing_since
    if (claim.misses_count >= MISSES_BEFORE_RELEASE and lasted >= RELEASE_AFTER) or lasted >= RELEASE_AFTER_SILENCE:
        let_go(claim, reason=ReleaseReason.PROOF_LOST, actor=actor, now=now)
    elif claim.state == ClaimState.VERIFIED and (
        (claim.misses_count >= MISSES_BEFORE_WARNING and lasted >= WARNING_AFTER) or lasted >= WARNING_AFTER_SILENCE
    ):
        claim.state = ClaimState.FAILING
        data = {"host": claim.host, "hosts": claim.hosts, "finding": str(claim.finding)}
        record_event(tenant_id=claim.tenant_id, kind="domain.failing", actor=actor, data=data, now=now)
        enqueue(task="tenants.domains.mail", kwargs={"claim_id": claim.pk, "kind": "failing"})


def _compare(found: Addresses, target: Addresses) -> dict[str, str | Sequence[str]]:
    """Tell where a name leads, as `DomainClaim.pointing` holds it, from what it and DOMAIN_TARGET were found to be."""
    names = {settings.DOMAIN_TARGET, target.canonical_name}
    addresses = {*settings.DOMAIN_ADDRESSES, *target.addresses}
    if found.reply is Reply.UNANSWERED:
        state = Pointing.UNANSWERED
    elif not found.addresses:
        state = Pointing.NOWHERE
    elif found.canonical_name in names or addresses.issuperset(found.addresses):
        state = Pointing.HERE
    else:
        state = Pointing.UNANSWERED if target.reply is Reply.UNANSWERED else Pointing.ELSEWHERE
    return {"state": state, "seen": list(found.addresses)[:MOST_TEXTS]}
