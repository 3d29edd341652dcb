"""Write, judge and ask for reviews."""

from storefront.reviews.services.inviting import (
    mail_invitation,
    open_invitation,
    plan_invitation,
    refuse_invitations,
)
from storefront.reviews.services.moderating import (
    approve_review,
    decide_reviews,
    reject_review,
    reply_to_review,
    save_settings,
)
from storefront.reviews.services.writing import delete_review, report_review, save_review

__all__ = [
    "approve_review",
    "decide_reviews",
    "delete_review",
    "mail_invitation",
    "open_invitation",
    "plan_invitation",
    "refuse_invitations",
    "reject_review",
    "reply_to_review",
    "report_review",
    "save_review",
    "save_settings",
]
