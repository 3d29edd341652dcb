"""Row locks, by primary key."""

from accounts.models import LoginSession, User


def lock_login(pk: int) -> LoginSession:
    """Return the log-in, locked until the transaction ends."""
    return LoginSession.objects.select_for_update().get(pk=pk)


def lock_user(pk: int) -> User:
    """Return the person, locked until the transaction ends."""
    return User.objects.select_for_update().get(pk=pk)
