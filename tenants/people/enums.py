"""What people hear of by mail when somebody's work in a store begins, changes or ends."""

from enum import StrEnum


class Notice(StrEnum):
    """A change, by whom it is told to: the person it is about, or the owners, or whoever invited."""

    REMOVED = "removed"
    ROLE_CHANGED = "role_changed"
    OWNER_MADE = "owner_made"
    OWNER_JOINED = "owner_joined"
    JOINED = "joined"
    LEFT = "left"
