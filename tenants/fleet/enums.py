"""The states of a migration run, of one store in it, and the order in which stores come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    PARTLY_FAILED = "partly_failed", _("Some stores set aside")
    STOPPED = "stopped", _("Stopped")


class StoreState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Set aside")
    SKIPPED = "skipped", _("Left out")


class Ring(models.IntegerChoices):
    """Who goes first: stores named by hand, then one in twenty, then everybody."""

    CANARY = 0, _("Canary")
    EARLY = 1, _("First 5 %")
    REST = 2, _("The rest")


class Lane(models.TextChoices):
    """How a store got there: statements written once for all stores, or Django's own executor."""

    NONE = "", "—"
    FAST = "fast", _("Fast")
    EXECUTOR = "executor", _("One by one")
