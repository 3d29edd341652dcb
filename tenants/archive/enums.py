"""Why an archive was made, and how far a restoration or a deletion is."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ArchiveReason(models.TextChoices):
    ASKED = "asked", pgettext_lazy("archive", "Made by you")
    NIGHTLY = "nightly", pgettext_lazy("archive", "Nightly")
    BEFORE_RESTORE = "before_restore", pgettext_lazy("archive", "Before going back")
    BEFORE_DELETION = "before_deletion", pgettext_lazy("archive", "Before deletion")


class RestorationState(models.TextChoices):
    """LOADING owns a schema that no store has yet; FAILED is given up, and what it made is being cleared away."""

    LOADING = "loading", pgettext_lazy("restoration", "Loading")
    DONE = "done", pgettext_lazy("restoration", "Done")
    FAILED = "failed", pgettext_lazy("restoration", "Failed")
    UNDONE = "undone", pgettext_lazy("restoration", "Taken back")


class DeletionState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("deletion", "Waiting")
    KEPT = "kept", pgettext_lazy("deletion", "Kept after all")
    ERASING = "erasing", pgettext_lazy("deletion", "Being erased")
    DONE = "done", pgettext_lazy("deletion", "Erased")
