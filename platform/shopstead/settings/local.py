"""One machine, plain http, everything embedded: what `shopstead up` runs."""

from shopstead.settings.base import *  # noqa: F403
