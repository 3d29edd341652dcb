"""Who works in a store: seen, invited, given another role, sent away; each module holds one part."""

from tenants.people.services.invitations import (
    accept_invitation,
    invite,
    join_as_new_person,
    mail_invitation,
    send_again,
    withdraw_invitation,
)
from tenants.people.services.log_ins import set_second_step
from tenants.people.services.members import change_role, hand_over, leave_store, remove_member
from tenants.people.services.notices import mail_notice
from tenants.people.services.visits import note_visit

__all__ = [
    "accept_invitation",
    "change_role",
    "hand_over",
    "invite",
    "join_as_new_person",
    "leave_store",
    "mail_invitation",
    "mail_notice",
    "note_visit",
    "remove_member",
    "send_again",
    "set_second_step",
    "withdraw_invitation",
]
