"""People who log in to the platform: merchants, their staff, the owner's team. Shoppers are not here."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person with one login for all the stores they work in."""

    id = models.BigAutoField(primary_key=True)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    is_platform_staff = models.BooleanField(default=False, help_text="May open the owner's console.")
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    wished_email = models.EmailField(
        max_length=254, blank=True, default="", db_default="", help_text="The new address, until it is confirmed."
    )
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower_case")]

    def __str__(self) -> str:
        return self.email

    @property
    def display_name(self) -> str:
        return self.name or self.email.split("@", 1)[0]


class Session(AbstractBaseSession):
    """A session on the platform's own host."""


class LoginSession(models.Model):
    """One log-in of one person: on the platform's host, or in the dashboard of the store that `tenant_id` names.

    Every session of a person carries the token of such a row and is worth nothing without it. A store's row hangs on the
    platform's row it was entered from, and ends with it.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="logins")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="entered")
    tenant_id = models.BigIntegerField(null=True, blank=True)
    tenant_name = models.CharField(max_length=80, blank=True, help_text="The store's name at the time of entering.")
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=45, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(help_text="When the person last proved who they are.")
    seen_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(tenant_id__isnull=False), name="login_only_a_store_has_a_parent"
            )
        ]
        indexes = [models.Index(fields=["user"], name="login_open_by_user", condition=Q(revoked_at__isnull=True))]


class LoginHandoff(models.Model):
    """A one-time pass that carries a login from the platform's host to one store's host; only its hash is kept."""

    id = models.BigAutoField(primary_key=True)
    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    login = models.ForeignKey(LoginSession, on_delete=models.CASCADE, null=True, blank=True)
    tenant_id = models.BigIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class StoreLoginRule(models.Model):
    """A store whose dashboard opens only to people with a second step; no row means that the password is enough."""

    tenant_id = models.BigIntegerField(primary_key=True)
    created_at = models.DateTimeField()
