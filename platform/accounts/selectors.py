"""Read platform users, their log-ins and their second steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import Model

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


# Who may stand in a store: everybody, where it has no rule, and else who has a second step.
_IS_EASY = "NOT EXISTS (SELECT FROM public.accounts_storeloginrule AS rule WHERE rule.tenant_id = login.tenant_id)"
_KINDS = ", ".join(f"'{step.value}'" for step in STEPS)
_IS_STRONG = f"EXISTS (SELECT FROM public.mfa_authenticator AS step WHERE step.user_id = login.user_id AND step.type IN ({_KINDS}))"


def find_user_by_email(email: str) -> User | None:
    """Return the user with this address in any case, or None."""
    return User.objects.filter(email=email.strip().lower()).first()


def find_open_login(*, token: str, user_id: int, tenant_id: int | None) -> LoginSession | None:
    """Return the log-in that is open, of this person and in this place (None: the platform), with its user, or None.

    Where the store asks for a second step and the person has none, it is None as well.

    Asked on every request to a dashboard, so it reads public's tables from within the store and switches nothing; and it
    is written out, because building the statement from models took longer than to run it.
    """
    place = "login.tenant_id IS NULL"
    if tenant_id is not None:
        place = f"login.tenant_id = %(tenant_id)s AND ({_IS_EASY} OR {_IS_STRONG})"
    of_login, of_user = _names(LoginSession), _names(User)
    columns = [*(f"login.{name}" for name in of_login), *(f"person.{name}" for name in of_user)]
    statement = f"""
        SELECT {", ".join(columns)} FROM public.accounts_loginsession AS login
          JOIN public.accounts_user AS person ON person.id = login.user_id
         WHERE login.token = %(token)s AND login.user_id = %(user_id)s AND person.is_active AND login.revoked_at IS NULL
           AND {place}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, {"token": token, "user_id": user_id, "tenant_id": tenant_id})
        row = cursor.fetchone()
    if row is None:
        return None
    login = LoginSession.from_db(connection.alias, of_login, row[: len(of_login)])
    login.user = User.from_db(connection.alias, of_user, row[len(of_login) :])
    return login


def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


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
