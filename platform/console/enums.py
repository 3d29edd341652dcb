"""The words of the console: how announcements sound, whom they reach, how a support session ends."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Severity(models.TextChoices):
    INFO = "info", pgettext_lazy("severity", "News")
    WARN = "warn", pgettext_lazy("severity", "Worth knowing")
    BAD = "bad", pgettext_lazy("severity", "Urgent")


class Audience(models.TextChoices):
    ALL = "all", _("All stores")
    PLAN = "plan", _("Stores on a plan")
    STATE = "state", _("Stores in a state")
    STORES = "stores", _("Named stores")


class SupportEnd(models.TextChoices):
    """Why a support session is over."""

    EXIT = "exit", pgettext_lazy("support session", "Left")
    TIME = "time", pgettext_lazy("support session", "Time was up")
    RIGHTS = "rights", pgettext_lazy("support session", "Lost the right")
    STORE = "store", pgettext_lazy("support session", "Ended by the store")
    CONSOLE = "console", pgettext_lazy("support session", "Ended in the console")
    LOGOUT = "logout", pgettext_lazy("support session", "Logged out")
