"""How a store looks: versions of settings and sections over the shared stylesheet."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.theme.enums import VersionState


class ThemeVersion(StoreModel):
    """One look: a draft, the published one, or an earlier one.

    `settings` is what `look.check_settings` returns, `sections` what `sections.checks.check_sections` returns.
    """

    id = models.BigAutoField(primary_key=True)
    state = models.CharField(max_length=9, choices=VersionState)
    settings = models.JSONField(default=dict)
    sections = models.JSONField(default=list)
    actor = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="theme_version_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT) | Q(published_at__isnull=False),
                name="theme_version_shown_has_a_date",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=VersionState.DRAFT), name="theme_version_one_draft"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=VersionState.PUBLISHED), name="theme_version_one_published"
            ),
        ]
        indexes = [models.Index(fields=["-published_at"], name="theme_version_newest")]


class ThemeSettings(StoreModel):
    """The look as it was kept before it had versions; nothing reads it any more, and a later release drops it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    accent = models.CharField(max_length=7, default="#0e5a61")
    accent_dark = models.CharField(max_length=7, default="#7cc4ca")
    hero_tint = models.CharField(max_length=7, default="#e9e2d2")
    display_face = models.CharField(max_length=5, choices=[("serif", "Editorial"), ("sans", "Plain")], default="serif")
    logo = models.CharField(max_length=255, blank=True)
    announcement = models.CharField(max_length=200, blank=True)
    hero_title = models.CharField(max_length=120, blank=True)
    hero_text = models.CharField(max_length=300, blank=True)
    hero_button = models.CharField(max_length=60, blank=True)
    hero_link = models.CharField(max_length=255, blank=True)
    hero_image_wide = models.CharField(max_length=255, blank=True)
    hero_image_tall = models.CharField(max_length=255, blank=True)
    story_title = models.CharField(max_length=120, blank=True)
    story_text = models.TextField(blank=True)
    story_link = models.CharField(max_length=255, blank=True)
    story_image = models.CharField(max_length=255, blank=True)
    promises = models.JSONField(default=list, help_text="Up to three of {icon, title, text}.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="theme_settings_is_one_row")]
