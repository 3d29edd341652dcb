"""Who carries the mails away besides a mail server of one's own: one address in the environment names the house and its key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Provider:
    """A house that anymail speaks to: where of an address its settings stand, and the view that hears what came back.

    `parts` are the settings by the part of the address (`username`, `password`, `hostname`, or a name behind the `?`).
    """

    label: str
    backend: str
    webhook: str
    parts: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)


def _provider(label: str, module: str, parts: Mapping[str, str], **more: Any) -> Provider:
    name = label.replace(" ", "")
    return Provider(
        label=label,
        backend=f"anymail.backends.{module}.EmailBackend",
        webhook=f"anymail.webhooks.{module}.{name}TrackingWebhookView",
        parts={"api": f"{module.upper()}_API_URL", **parts},
        **more,
    )


PROVIDERS: Mapping[str, Provider] = {
    "brevo": _provider("Brevo", "brevo", {"username": "BREVO_API_KEY"}),
    "mailgun": _provider(
        "Mailgun",
        "mailgun",
        {
            "username": "MAILGUN_API_KEY",
            "hostname": "MAILGUN_SENDER_DOMAIN",
            "signing_key": "MAILGUN_WEBHOOK_SIGNING_KEY",
        },
    ),
    "mailjet": _provider("Mailjet", "mailjet", {"username": "MAILJET_API_KEY", "password": "MAILJET_SECRET_KEY"}),
    "postmark": _provider(
        "Postmark", "postmark", {"username": "POSTMARK_SERVER_TOKEN"}, headers={"X-PM-KeepID": "true"}
    ),
    "resend": _provider("Resend", "resend", {"username": "RESEND_API_KEY"}),
    "sparkpost": _provider("SparkPost", "sparkpost", {"username": "SPARKPOST_API_KEY"}),
}


def read_mail_url(url: str, *, webhook_secret: str, timeout: int) -> dict[str, Any]:
    """Return Django's settings for an address such as `postmark://KEY@`, empty for one that is a mail server's.

    `webhook_secret` is `name:password`, several with commas; without one nothing that comes back is believed.
    Raises: ValueError for an address that leaves something out, or says something that its house has no setting for.
    """
    parts = urlsplit(url)
    provider = PROVIDERS.get(parts.scheme)
    if provider is None:
        return {}
    said = {name: value for name in ("username", "password", "hostname") if (value := getattr(parts, name))}
    said |= dict(parse_qsl(parts.query))
    unknown = sorted(set(said) - set(provider.parts))
    missing = sorted({"username", "password", "hostname"} & set(provider.parts) - set(said))
    if unknown or missing:
        raise ValueError(f"EMAIL_URL for {provider.label}: missing {missing}, not understood {unknown}")
    settings = {provider.parts[name]: unquote(value) for name, value in said.items()}
    return {
        "EMAIL_BACKEND": provider.backend,
        "MAIL_PROVIDER": parts.scheme,
        "ANYMAIL": {
            **settings,
            "WEBHOOK_SECRET": [secret for secret in webhook_secret.split(",") if secret],
            "REQUESTS_TIMEOUT": timeout,
            "IGNORE_UNSUPPORTED_FEATURES": True,
        },
    }
