"""How often somebody may try to get into an account, by e-mail and by machine."""

from core.limits import AttemptLimit

FAILED_PASSWORDS = AttemptLimit("customers.password", {"email": 10, "address": 50})
MAILED_LINKS = AttemptLimit("customers.link", {"email": 5, "address": 30})
# Six digits are few: over a whole day a stranger gets at most twenty guesses at one address.
FAILED_CODES = AttemptLimit("customers.code", {"email": 20, "address": 60}, window_seconds=24 * 3600)
DATA_EXPORTS = AttemptLimit("customers.export", {"customer": 3}, window_seconds=24 * 3600)
