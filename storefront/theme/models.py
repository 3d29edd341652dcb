"""How a store looks: one row of choices over the shared stylesheet."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel


class ThemeSettings(StoreModel):
    """The merchant's choices; exactly one row. Colors are `#rrggbb`; `logo`, `hero_image`… are media paths or empty."""

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
