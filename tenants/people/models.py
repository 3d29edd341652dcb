"""Invitations: a place in a store that waits for somebody."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from tenants.enums import Role
from tenants.models import Tenant


class Invitation(models.Model):
    """A place in one store for whoever owns one e-mail address; its link works once.

    Only the token's hash is kept; the token itself is made from `nonce` and the server's secret, so that the task that mails
    it needs no secret in its arguments. Who sends it again changes the nonce: of all its mails the last one works.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True)
    nonce = models.CharField(max_length=26)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(help_text="When it was asked for, the last time.")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.CheckConstraint(condition=~Q(role=Role.OWNER), name="invitation_makes_no_owner"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True), name="invitation_ends_once"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="invitation_expires_after_it_is_sent"
            ),
            models.UniqueConstraint(
                fields=["tenant", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open_each",
            ),
        ]

    def is_open(self, *, now: datetime) -> bool:
        """Tell whether the link still works."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > now
