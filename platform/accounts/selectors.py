"""Read platform users, their log-ins and their second steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q

from accounts.models import LoginSession, StoreLoginRule, User
from core.tenancy import in_public

MOST_PASSKEYS = 20

# What a log-in asks for besides the password; recovery codes only stand in for these.
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


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
    def is_full(self) -> bool:
        """Tell whether there is no room for another passkey."""
        return len(self.passkeys) >= MOST_PASSKEYS

    @property
    def recovery_codes_left(self) -> int:
        return len(self.recovery.wrap().get_unused_codes()) if self.recovery is not None else 0


_IS_EASY = ~Exists(StoreLoginRule.objects.filter(tenant_id=OuterRef("tenant_id")))
_IS_STRONG = Exists(Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=STEPS))


def find_user_by_email(email: str) -> User | None:
    """Return the user with this address in any case, or None."""
    return User.objects.filter(email=email.strip().lower()).first()


def find_open_login(*, token: str, user_id: int, tenant_id: int | None) -> LoginSession | None:
    """Return the log-in that is open, of this person and in this place (None: the platform), with its user, or None.

    Where the store asks for a second step and the person has none, it is None as well.

    Asked on every request to a dashboard, so it reads public's tables from within the store and switches nothing.
    """
    place = Q(tenant_id__isnull=True)
    if tenant_id is not None:
        place = Q(tenant_id=tenant_id) & (_IS_EASY | _IS_STRONG)
    return (
        LoginSession.objects.select_related("user")
        .filter(place, token=token, user_id=user_id, user__is_active=True, revoked_at__isnull=True)
        .first()
    )


def list_open_logins(*, user_id: int, seen_after: datetime, most: int = 100) -> list[LoginSession]:
    """Return where the person is logged in, the last seen first."""
    rows = LoginSession.objects.filter(user_id=user_id, revoked_at__isnull=True, seen_at__gte=seen_after)
    return list(rows.order_by("-seen_at", "-pk")[:most])


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
    with in_public():
        rows = Authenticator.objects.filter(user_id__in=list(user_ids), type__in=STEPS)
        return set(rows.values_list("user_id", flat=True))


def asks_for_second_step(tenant_id: int) -> bool:
    """Tell whether the store's dashboard opens only to people with a second step."""
    with in_public():
        return StoreLoginRule.objects.filter(tenant_id=tenant_id).exists()


def is_strong_enough(*, user_id: int, tenant_id: int) -> bool:
    """Tell whether the person proves as much as the store asks for."""
    return not asks_for_second_step(tenant_id) or has_second_step(user_id)


def has_second_step(user_id: int) -> bool:
    """Tell whether the password alone is not enough for this person."""
    return bool(list_with_second_step([user_id]))
