"""The one Stripe client: pinned API version, short timeouts, our own idempotency keys, errors turned into ours."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

import requests
import stripe
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from requests.utils import get_environ_proxies

from integrations.stripe.errors import StripeFailed, StripeMisconfigured, StripeRefused, StripeUnavailable
from integrations.stripe.silence import Silence

API_VERSION = "2026-10-28.endive"
MAX_NETWORK_RETRIES = 1
# The library gives a 409 no class and no code of its own: another call with the same key is still running.
KEY_IN_USE = 409

logger = logging.getLogger(__name__)
silence = Silence()


def client() -> stripe.StripeClient:
    """Return the client for the configured key and address; safe to share between threads."""
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, settings.STRIPE_TIMEOUT_SECONDS)


@lru_cache(maxsize=4)
def _client(secret_key: str, api_base: str, timeout_seconds: float) -> stripe.StripeClient:
    return stripe.StripeClient(
        secret_key,
        stripe_version=API_VERSION,
        base_addresses={"api": _origin(api_base), "files": _origin(api_base)} if api_base else {},
        max_network_retries=MAX_NETWORK_RETRIES,
        http_client=stripe.RequestsClient(
            timeout=(min(timeout_seconds, 5), timeout_seconds), session=_session(api_base or stripe.api_base)
        ),
    )


def _session(address: str) -> requests.Session:
    """Return a session that has looked for the environment's proxies once, and not before each request."""
    session = requests.Session()
    session.proxies.update(get_environ_proxies(address, no_proxy=None))
    session.trust_env = False
    return session


def _origin(api_base: str) -> str:
    parts = urlsplit(api_base)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


@contextmanager
def stripe_errors() -> Iterator[None]:
    """Turn the library's errors into StripeUnavailable, StripeFailed, StripeMisconfigured or StripeRefused.

    Where Stripe has not answered several times in a row, the block does not ask either for a few seconds.
    """
    address = str(settings.STRIPE_API_BASE)
    if silence.is_silent(address):
        raise StripeUnavailable(_("The payment service does not answer right now."))
    try:
        with _listening(address):
            yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        logger.warning("stripe does not answer: %s", error)
        raise StripeUnavailable(_("The payment service does not answer right now.")) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        logger.error("stripe refuses our key or account: %s", error)
        raise StripeMisconfigured(_("The payment service does not accept this store right now.")) from error
    except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError) as error:
        logger.warning("stripe refused %s: %s", getattr(error, "param", None), error)
        raise StripeRefused(error.user_message or str(error)) from error
    except stripe.StripeError as error:
        if error.http_status == KEY_IN_USE:
            raise StripeUnavailable(_("This payment is being opened already. Try again in a moment.")) from error
        logger.warning("stripe failed with %s: %s", error.http_status, error)
        raise StripeFailed(_("The payment service has a problem right now.")) from error


@contextmanager
def _listening(address: str) -> Iterator[None]:
    """Note whether an address answers, whatever it answers."""
    try:
        yield
    except stripe.APIConnectionError:
        silence.note_failure(address)
        raise
    except stripe.StripeError:
        silence.note_answer(address)
        raise
    silence.note_answer(address)


def is_livemode() -> bool:
    """Tell whether the configured key moves real money."""
    return str(settings.STRIPE_SECRET_KEY).startswith(("sk_live_", "rk_live_"))
