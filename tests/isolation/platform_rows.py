"""What the platform keeps of a store, each row with the store's own word."""

from accounts.models import User
from console.models import SUPPORT_LIFE, Announcement, SupportAccess
from console.secrets import hash_secret
from core.clock import utc_now
from core.ids import new_token
from core.jobs.models import Job, JobState
from core.tenancy import in_public
from storefront.transfer.enums import IMPORT_JOB
from storefront.transfer.results import ImportResult
from tenants.archive.enums import ArchiveReason
from tenants.archive.models import Archive, ArchivePolicy
from tenants.domains.models import DomainClaim
from tenants.enums import Role
from tenants.models import Membership, Tenant
from tenants.people.services import invite
from tests.isolation.planted import FAR, MADE_AT, Planted


def plant_platform_rows(planted: Planted) -> None:
    tenant, word = planted.tenant, planted.word
    planted.secrets["rows_file"] = f"imports/{word}-left-out.csv"
    with in_public():
        # The owner's own language and the store's name are what the platform keeps of a store.
        Tenant.objects.filter(pk=tenant.pk).update(name=f"{word} store", contact_email=f"{word}@example.com")
        planted.rows["domains.DomainClaim"] = DomainClaim.objects.create(
            tenant=tenant,
            host=f"{word}.com",
            hosts=[f"{word}.com"],
            token=new_token(),
            created_at=MADE_AT,
            created_by=word,
        )
        planted.rows["jobs.Job"] = Job.objects.create(
            token=new_token(), schema_name=tenant.schema_name, kind=IMPORT_JOB, title=f"{word} import",
            task="storefront.transfer.run_import", state=JobState.PARTLY_FAILED, started_by=word, created_at=MADE_AT,
            finished_at=utc_now(),
            params={"filename": f"{word}.csv", "kind": "products", "file": f"imports/{word}.csv", "dry_run": False},
            result={
                **ImportResult(kind="products", filename=f"{word}.csv", dry_run=False, created=1, rejected=1).as_json(),
                "message": word, "label": word, "url": "/dashboard/", "error_file": planted.secrets["rows_file"],
                "errors": [{"row": 2, "column": word, "value": word, "message": word}],
            },
        )  # fmt: skip
        planted.rows["console.Announcement"] = Announcement.objects.create(
            text_en=word, text_zh=word, audience="stores", tenant_ids=[tenant.pk], starts_at=MADE_AT, created_by=word,
            created_at=MADE_AT,
        )  # fmt: skip
        planted.rows["console.SupportAccess"] = SupportAccess.objects.create(
            tenant_id=tenant.pk, staff_email=f"{word}@example.com", as_email=f"{word}@example.com", reason=word,
            pass_hash=hash_secret(word), pass_expires_at=MADE_AT, started_at=MADE_AT, expires_at=MADE_AT + SUPPORT_LIFE,
        )  # fmt: skip
        _plant_people(planted)
        planted.rows["archive.Archive"] = _plant_archive(planted)


def _plant_archive(planted: Planted) -> Archive:
    """A kept archive of the store; `plant_files` writes its file."""
    policy, _made = ArchivePolicy.objects.get_or_create(tenant=planted.tenant)
    planted.secrets["archive_folder"] = policy.lineage.hex
    return Archive.objects.create(
        token=new_token(), tenant=planted.tenant, reason=ArchiveReason.ASKED, size=100, sha256="0" * 64, rows_count=1,
        files_count=0, actor=planted.word, made_at=MADE_AT, expires_at=FAR,
    )  # fmt: skip


def _plant_people(planted: Planted) -> None:
    """A colleague, an open invitation and a line in the log, each with the store's word."""
    tenant, word, owner = planted.tenant, planted.word, planted.owner
    colleague = User.objects.create(email=f"colleague-{word}@example.com", name=f"{word} colleague", created_at=MADE_AT)
    planted.rows["tenants.Membership"] = Membership.objects.create(
        tenant=tenant, user=colleague, role=Role.MANAGER, invited_by=owner, created_at=MADE_AT
    )
    owner.email_confirmed_at = MADE_AT
    owner.save(update_fields=["email_confirmed_at"])
    planted.rows["people.Invitation"] = invite(
        tenant_id=tenant.pk, email=f"new-{word}@example.com", role=Role.ANALYST, inviter=owner, now=utc_now()
    )
