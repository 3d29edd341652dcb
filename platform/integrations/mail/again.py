"""How long a mail that nobody takes is tried again: the same for every mail, so that all outlast the same outage."""

from typing import Any

# Of a Celery task that sends mails, over an hour and a quarter; what it wrote down before stays. After the last try the
# task has failed, which the log says and the console counts.
MAIL_AGAIN: dict[str, Any] = {
    "autoretry_for": (OSError,),
    "retry_backoff": 5,
    "retry_backoff_max": 600,
    "max_retries": 12,
}
