"""The verbs of `shopstead login`."""

import argparse

from accounts.selectors import find_user_by_email
from accounts.services import rescue_user
from core.clock import utc_now
from core.errors import ShopsteadError
from shopstead.cli.output import answer, fail


def rescue(arguments: argparse.Namespace) -> int:
    """Let somebody in again who has lost every way to log in."""
    user = find_user_by_email(arguments.email)
    if user is None:
        return fail(f"Nobody logs in with {arguments.email}. Nothing was changed.")
    try:
        user = rescue_user(user_id=user.pk, email=arguments.move_to, now=utc_now())
    except ShopsteadError as error:
        return fail(str(error))
    lines = [
        f"{user.email}: password, app, passkeys and recovery codes are gone, all devices are logged out.",
        "The link for a new password was mailed there; it works for two hours.",
    ]
    return answer({"email": user.email}, as_json=arguments.as_json, lines=lines)
