"""Read platform users, their log-ins and their second steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q

from accounts.models import LoginSession, StoreLoginRule, User
from core.tenancy import in_public


@dataclass(frozen=True, slots=True)
class SecondStep:
    """How somebody proves who they are besides the password; empty where the password is enough."""

    codes: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    recovery: Authenticator | None

    @property
    def is_on(self) -> bool:
        return self.codes is not None or bool(self.passkeys)

    @property
    def recovery_codes_left(self) -> int:
        return len(self.recovery.wrap().get_unused_codes()) if self.recovery is not None else 0


def find_user_by_email(email: str) -> User | None:
    """Return the user with this address in any case, or None."""
    return User.objects.filter(email=email.strip().lower()).first()


def find_open_login(*, token: str, user_id: int, tenant_id: int | None) -> LoginSession | None:
    """Return the log-in that is open, of this person and in this place (None: the platform), with its user, or None.

    Asked on every request to a dashboard, so it reads public's tables from within the store and switches nothing.
    """
    place = Q(tenant_id__isnull=True) if tenant_id is None else Q(tenant_id=tenant_id)
    return (
        LoginSession.objects.select_related("user")
        .filter(place, token=token, user_id=user_id, user__is_active=True, revoked_at__isnull=True)
        .first()
    )


def list_open_logins(*, user_id: int, seen_after: datetime) -> list[LoginSession]:
    """Return where the person is logged in, the last seen first."""
    rows = LoginSession.objects.filter(user_id=user_id, revoked_at__isnull=True, seen_at__gte=seen_after)
    return list(rows.order_by("-seen_at", "-pk"))


def get_second_step(user_id: int) -> SecondStep:
    """Return the person's app for codes, passkeys and recovery codes."""
    kinds = Authenticator.Type
    rows = list(Authenticator.objects.filter(user_id=user_id).order_by("created_at", "pk"))
    return SecondStep(
        codes=next((row for row in rows if row.type == kinds.TOTP), None),
        passkeys=tuple(row for row in rows if row.type == kinds.WEBAUTHN),
        recovery=next((row for row in rows if row.type == kinds.RECOVERY_CODES), None),
    )


def list_with_second_step(user_ids: Iterable[int]) -> set[int]:
    """Return those of these people for whom the password alone is not enough."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    with in_public():
        return set(
            Authenticator.objects.filter(user_id__in=list(user_ids), type__in=kinds).values_list("user_id", flat=True)
        )


def asks_for_second_step(tenant_id: int) -> bool:
    """Tell whether the store's dashboard opens only to people with a second step."""
    with in_public():
        return StoreLoginRule.objects.filter(tenant_id=tenant_id).exists()


def is_strong_enough(*, user_id: int, tenant_id: int) -> bool:
    """Tell whether the person proves as much as the store asks for."""
    return not asks_for_second_step(tenant_id) or has_second_step(user_id)


def has_second_step(user_id: int) -> bool:
    """Tell whether the password alone is not enough for this person."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    with in_public():
        return bool(Authenticator.objects.filter(user_id=user_id, type__in=kinds).exists())
