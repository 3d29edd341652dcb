"""How passwords are kept, of merchants and of shoppers."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with 46 MiB, twice over, in one lane.

    That is double OWASP's first choice (Password Storage Cheat Sheet). Django's own figures, 100 MiB in eight lanes,
    ask a web process with eight log-ins at once for 800 MiB and for more cores than it has.
    """

    time_cost = 2
    memory_cost = 46 * 1024
    parallelism = 1
