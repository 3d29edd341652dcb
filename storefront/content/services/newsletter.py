"""Who wants a store's letters: asked for, confirmed by mail, taken back; every step is a line that stays."""

from datetime import datetime
from email.utils import parseaddr

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.limits import AttemptLimit
from core.outbox.services import enqueue
from core.tenancy import current_schema, current_tenant
from integrations.mail.services import send_mail
from storefront.content.enums import Consent
from storefront.content.errors import ContentRefused, TooManySignUps
from storefront.content.models import NewsletterConsent
from storefront.content.selectors import find_consent
from tenants.selectors import store_url

LINK_DAYS = 30
WANTED = (Consent.GIVEN, Consent.ASKED)
SOURCES = ("home", "footer")
SIGN_UPS = AttemptLimit("newsletter", {"email": 3, "address": 30})
_SALT = "storefront.content.newsletter"


def ask_to_join(*, email: str, wording: str, source: str, language: str, address: str, now: datetime) -> None:
    """Write down that somebody asked for letters and mail the question whether it was them.

    An address that is on the list already is told nothing else, so that nobody can find out who is.
    Raises: ContentRefused, TooManySignUps.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise ContentRefused(_("This is not an e-mail address. Nothing was sent."), field="email") from error
    if len(email) > 254 or parseaddr(email)[1] != email:
        raise ContentRefused(_("This is not an e-mail address. Nothing was sent."), field="email")
    if SIGN_UPS.count(email=email, address=address):
        raise TooManySignUps(_("That was often. Try again in 15 minutes."))
    if find_consent(email) == Consent.GIVEN:
        return
    with transaction.atomic():
        line = _add(email, Consent.ASKED, wording, source if source in SOURCES else "", language, address, now)
        enqueue(task="storefront.content.mail_newsletter_question", kwargs={"consent_id": line.pk})


def mail_question(*, consent_id: int) -> None:
    """Mail the question that belongs to a line of the ledger."""
    line = NewsletterConsent.objects.filter(pk=consent_id, consent=Consent.ASKED).first()
    if line is None:
        return
    tenant = current_tenant()
    prefix = "" if line.language == tenant.language else f"/{line.language}"
    token = make_token(line.email)
    with translation.override(line.language):
        send_mail(
            to=line.email,
            subject=_("Do you want letters from %(store)s?") % {"store": tenant.name},
            template="content/email/newsletter_question",
            context={
                "sender_name": tenant.name,
                "action_url": store_url(tenant, f"{prefix}/newsletter/{token}/"),
                "action_label": _("Yes, I want them"),
            },
            language=line.language,
            from_name=tenant.name,
            reply_to=tenant.contact_email or None,
        )


def confirm(*, token: str, language: str, address: str, now: datetime) -> str | None:
    """Write down that the owner of an address said yes and return the address; None for a link that does not hold."""
    email = read_token(token)
    if email is None:
        return None
    with transaction.atomic():
        if find_consent(email) != Consent.GIVEN:
            _add(email, Consent.GIVEN, "", "mail", language, address, now)
    return email


def leave(*, token: str, language: str, address: str, now: datetime) -> str | None:
    """Write down that the owner of an address wants no more letters and return the address; None for a wrong link."""
    email = read_token(token, days=None)
    if email is None:
        return None
    with transaction.atomic():
        if find_consent(email) in WANTED:
            _add(email, Consent.TAKEN_BACK, "", "mail", language, address, now)
    return email


def take_back(*, email: str, language: str, now: datetime, source: str = "complaint") -> bool:
    """Write down that an address gets no more letters, as when its owner calls one spam; return whether it was on the list."""
    with transaction.atomic():
        is_on_it = find_consent(email) in WANTED
        if is_on_it:
            _add(email, Consent.TAKEN_BACK, "", source, language, "", now)
    return is_on_it


def make_token(email: str) -> str:
    """Return what stands in a link to this store's newsletter page and proves the address."""
    return signing.dumps([current_schema(), email], salt=_SALT)


def read_token(token: str, *, days: int | None = LINK_DAYS) -> str | None:
    """Return the address that a link proves; None when it is too old, of another store or not ours."""
    try:
        schema, email = signing.loads(token, salt=_SALT, max_age=days * 86_400 if days else None)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(email) if schema == current_schema() else None


def _add(
    email: str, consent: Consent, wording: str, source: str, language: str, address: str, now: datetime
) -> NewsletterConsent:
    return NewsletterConsent.objects.create(
        email=email,
        consent=consent,
        wording=wording[:400],
        source=source,
        language=language[:10],
        address=address[:45],
        created_at=now,
    )
