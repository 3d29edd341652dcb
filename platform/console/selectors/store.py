"""One store as its page in the console shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.models import StoreFacts, StoreNote
from core.jobs.models import FINISHED_STATES, Job, JobState
from core.outbox.models import OutboxMessage
from core.ui.templatetags.ui import day
from tenants.archive.selectors import find_policy, last_archive
from tenants.domains.enums import ClaimState
from tenants.domains.selectors import list_hosts
from tenants.enums import WORKING_STATES, TenantState
from tenants.fleet.selectors import find_missing_columns
from tenants.models import Entitlement, Membership, Tenant

STALE = timedelta(hours=3)
LATE = timedelta(minutes=10)
LATE_ARCHIVE = timedelta(hours=50)
FIRST_NIGHT = timedelta(hours=26)
NAMED = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a store's health: `tone` is ok, warn or bad."""

    tone: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a store uses of what its plan allows; `limit` None is without limit."""

    label: str
    used: int
    limit: int | None
    is_bytes: bool = False

    @property
    def is_near(self) -> bool:
        return self.limit is not None and self.used >= self.limit * 0.8


def find_store(pk: int) -> Tenant | None:
    """Return a store with what its page shows, or None."""
    return (
        Tenant.objects.select_related("subscription__plan", "subscription__price", "facts", "sandbox", "trouble")
        .prefetch_related("domains", "memberships__user", "payment_accounts")
        .filter(pk=pk)
        .first()
    )


def list_checks(tenant: Tenant, *, now: datetime) -> list[Check]:
    """Return how the store is, the worst first; what stands in its tables is not looked at."""
    if tenant.state == TenantState.PROVISIONING:
        return [_check_making(tenant)]
    facts: StoreFacts | None = getattr(tenant, "facts", None)
    checks = [_check_archive(tenant, now), *_check_domains(tenant), _check_account(tenant)]
    if tenant.state in WORKING_STATES:
        checks += [_check_queue(tenant, now), *_check_facts(tenant, facts, now)]
    else:
        about = _("The figures are of %(day)s.") % {"day": day(facts.refreshed_at)} if facts else ""
        checks.append(Check("ok", _("Nothing runs for it while it is closed"), about))
    return sorted(checks, key=lambda check: ("bad", "warn", "ok").index(check.tone))


def list_usage(tenant: Tenant) -> list[Usage]:
    """Return usage against the plan's limits, in two queries."""
    facts: StoreFacts | None = getattr(tenant, "facts", None)
    limits: Mapping[str, int | None] = dict(Entitlement.objects.filter(tenant_id=tenant.pk).values_list("key", "value"))
    staff = Membership.objects.filter(tenant_id=tenant.pk).count()
    storage = limits.get("storage_gb", 0)
    return [
        Usage(_("Products"), facts.products_count if facts else 0, limits.get("products", 0)),
        Usage(_("Orders this month"), facts.orders_month_count if facts else 0, limits.get("orders_a_month", 0)),
        Usage(_("Staff"), staff, limits.get("staff", 0)),
        Usage(_("Files"), facts.files_bytes if facts else 0, storage * 1024**3 if storage is not None else None, is_bytes=True),
    ]  # fmt: skip


def list_notes(tenant: Tenant) -> list[StoreNote]:
    """Return the team's notes on the store, newest first."""
    return list(StoreNote.objects.filter(tenant_id=tenant.pk).order_by("-created_at", "-pk"))


def list_jobs(tenant: Tenant, *, limit: int = 6) -> list[Job]:
    """Return the store's newest jobs."""
    return list(Job.objects.filter(schema_name=tenant.schema_name).order_by("-pk")[:limit])


def _check_making(tenant: Tenant) -> Check:
    trouble = getattr(tenant, "trouble", None)
    if trouble is None:
        return Check("ok", _("It is being made"), tenant.get_step_display())
    words = ngettext("Making it failed %(count)s time", "Making it failed %(count)s times", trouble.attempts_count)
    return Check("bad", words % {"count": trouble.attempts_count}, f"{tenant.get_step_display()} · {trouble.error}")


def _check_queue(tenant: Tenant, now: datetime) -> Check:
    jobs = Job.objects.filter(schema_name=tenant.schema_name).aggregate(
        oldest=Min("created_at", filter=Q(state=JobState.QUEUED)),
        unfinished=Count("pk", filter=~Q(state__in=FINISHED_STATES)),
        lost=Count("pk", filter=Q(state=JobState.RUNNING, lease_expires_at__lt=now)),
    )
    message = OutboxMessage.objects.filter(
        schema_name=tenant.schema_name, published_at__isnull=True, available_at__lte=now
    ).aggregate(Min("available_at"))["available_at__min"]
    oldest = min((moment for moment in (jobs["oldest"], message) if moment), default=None)
    if jobs["lost"]:
        words = ngettext("%(count)s job has lost its worker", "%(count)s jobs have lost their worker", jobs["lost"])
        return Check("warn", words % {"count": jobs["lost"]}, _("The sweeper asks for it again within a minute."))
    if oldest and now - oldest > LATE:
        minutes = int((now - oldest).total_seconds() // 60)
        return Check("warn", _("Work waits for %(n)s min") % {"n": minutes}, _("Is the worker running?"))
    words = ngettext("%(count)s job is under way", "%(count)s jobs are under way", jobs["unfinished"])
    return Check("ok", _("Nothing waits"), words % {"count": jobs["unfinished"]} if jobs["unfinished"] else "")


def _check_facts(tenant: Tenant, facts: StoreFacts | None, now: datetime) -> list[Check]:
    if facts is None:
        return [
            Check("warn", _("Not looked at yet"), _("The figures come within the hour, or at once with “Look again”."))
        ]
    checks = []
    if now - facts.refreshed_at > STALE:
        checks.append(
            Check("warn", _("The figures are old"), _("They should be new every hour. Is the scheduler running?"))
        )
    if facts.migrations_behind_count:
        words = ngettext("%(count)s migration behind", "%(count)s migrations behind", facts.migrations_behind_count)
        checks.append(Check("bad", words % {"count": facts.migrations_behind_count}, _("Pages that need them fail.")))
    elif missing := find_missing_columns(tenant.schema_name):
        about = _("Somebody changed the schema by hand. Take the store back to its last archive.")
        checks.append(Check("bad", _("Missing in the data: %(names)s") % {"names": _some(missing)}, about))
    else:
        checks.append(Check("ok", _("Data up to date"), _("No migration behind, no column missing")))
    if facts.differences_count:
        words = ngettext(
            "%(count)s payment differs from Stripe.", "%(count)s payments differ from Stripe.", facts.differences_count
        )
        about = _("The store’s payment settings say which, and what to do.")
        checks.append(Check("bad", words % {"count": facts.differences_count}, about))
    return [*checks, _check_requests(facts)]


def _check_requests(facts: StoreFacts) -> Check:
    failed, jobs = facts.failed_requests_24h_count, facts.failed_jobs_24h_count
    words = ngettext("%(count)s job failed in the last 24 hours.", "%(count)s jobs failed in the last 24 hours.", jobs)
    about_jobs = words % {"count": jobs} if jobs else ""
    rate = facts.error_rate
    if rate is None:
        return Check("warn" if jobs else "ok", _("No visits in the last 24 hours"), about_jobs)
    title = _("%(rate)s%% of requests failed") % {"rate": f"{rate * 100:.2f}"}
    tone = "bad" if failed and rate >= 0.01 else "warn" if jobs or failed else "ok"
    count = ngettext("%(count)s request in 24 hours", "%(count)s requests in 24 hours", facts.requests_24h_count)
    about = count % {"count": f"{facts.requests_24h_count:,}"}
    return Check(tone, title, f"{about} · {about_jobs}" if about_jobs else about)


def _check_archive(tenant: Tenant, now: datetime) -> Check:
    archive = last_archive(tenant)
    policy = find_policy(tenant)
    if archive is None:
        if now - tenant.created_at < FIRST_NIGHT and (policy is None or policy.is_nightly):
            return Check("ok", _("Not archived yet"), _("The first archive is made tonight."))
        return Check("warn", _("Not archived yet"), _("There is no file to bring this store back from."))
    is_late = policy is not None and policy.is_nightly and now - archive.made_at > LATE_ARCHIVE
    title = _("Archived on %(day)s") % {"day": day(archive.made_at)}
    about = f"{filesizeformat(archive.size)} · {archive.get_reason_display()}"
    return Check("warn" if is_late else "ok", title, _("Older than it should be") if is_late else about)


def _check_domains(tenant: Tenant) -> list[Check]:
    own = [host for host in list_hosts(tenant) if host.claim is not None]
    unproved = [host.readable for host in own if host.claim and host.claim.state == ClaimState.FAILING]
    astray = [host.readable for host in own if not host.leads_here and host.readable not in unproved]
    checks = []
    if unproved:
        about = _("Its TXT record is gone. A week without it, and the store loses the name.")
        checks.append(Check("bad", _("Proof is missing: %(hosts)s") % {"hosts": _some(unproved)}, about))
    if astray:
        about = _("Visitors of that name do not reach the store. Its records have to be set at the provider’s.")
        checks.append(Check("warn", _("Leads somewhere else: %(hosts)s") % {"hosts": _some(astray)}, about))
    if not own:
        return [Check("ok", _("No domain of its own"), "")]
    if not checks:
        words = ngettext("%(count)s own domain leads here", "%(count)s own domains lead here", len(own))
        checks.append(Check("ok", words % {"count": len(own)}, _some([host.readable for host in own])))
    return checks


def _some(names: list[str]) -> str:
    """Return the first of many names and how many more there are."""
    more = len(names) - NAMED
    shown = ", ".join(names[:NAMED])
    return _("%(names)s and %(count)s more") % {"names": shown, "count": more} if more > 0 else shown


def _check_account(tenant: Tenant) -> Check:
    account = next((one for one in tenant.payment_accounts.all() if one.provider == "stripe"), None)
    if account is None:
        told = _("Customers pay in the ways that the store arranges itself, such as bank transfer.")
        return Check("ok", _("No Stripe account"), told)
    if account.charges_enabled:
        return Check("ok", _("Stripe takes payments"), account.external_id)
    return Check("warn", _("Stripe does not take payments yet"), account.external_id)
