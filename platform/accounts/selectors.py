"""Read platform users."""

from accounts.models import User


def find_user_by_email(email: str) -> User | None:
    """Return the user with this address in any case, or None."""
    return User.objects.filter(email=email.strip().lower()).first()
