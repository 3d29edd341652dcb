"""Read what a store says of its mails, and who cannot be reached by them."""

from storefront.notifications.models import MailSettings, UnreachableAddress


def get_mail_settings() -> MailSettings:
    """Return what is said, or that nothing is."""
    return MailSettings.objects.filter(pk=1).first() or MailSettings()


def find_words(kept: MailSettings, *, kind: str, language: str) -> str:
    """Return the store's own sentence in a mail of this kind, empty where there is none in this language."""
    return str(kept.words.get(kind, {}).get(language, ""))


def find_unreachable(email: str) -> UnreachableAddress | None:
    """Return why mails to an address do not arrive, or None where nothing is known against it."""
    return UnreachableAddress.objects.filter(email=email.strip().lower()).first() if email else None


def list_unreachable(*, limit: int) -> list[UnreachableAddress]:
    """Return the addresses that mails came back from, the latest first."""
    return list(UnreachableAddress.objects.order_by("-seen_at", "-pk")[:limit])
