"""How passwords are kept and judged, of merchants and of shoppers."""

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with 46 MiB, twice over, in one lane.

    That is double OWASP's first choice (Password Storage Cheat Sheet). Django's own figures, 100 MiB in eight lanes,
    ask a web process with eight log-ins at once for 800 MiB and for more cores than it has.
    """

    time_cost = 2
    memory_cost = 46 * 1024
    parallelism = 1


class LengthValidator(MinimumLengthValidator):
    """Django's own, with words that exist in every language here (its Chinese lacks them in 5.2)."""

    def get_error_message(self) -> str:
        return _("This password is too short. Use at least %(count)s characters.") % {"count": self.min_length}
