"""How drafts look in the dashboard."""

from datetime import datetime
from typing import Any

from storefront.drafts.enums import DraftState
from storefront.drafts.models import Draft
from storefront.drafts.selectors import is_over

# Status kind and tone of the design system.
_LOOK = {
    DraftState.OPEN: ("none", "quiet"),
    DraftState.SENT: ("wait", "warn"),
    DraftState.COMPLETED: ("done", ""),
    DraftState.EXPIRED: ("look", "quiet"),
    DraftState.CANCELED: ("fail", "quiet"),
}


def draft_row(draft: Draft, *, now: datetime) -> dict[str, Any]:
    """Return what a list or a page's head says of a draft."""
    state = DraftState.EXPIRED if is_over(draft, now=now) else DraftState(draft.state)
    kind, tone = _LOOK[state]
    return {
        "draft": draft,
        "customer": draft.name or draft.email,
        "items_count": draft.cart.lines_count,
        "kind": kind,
        "tone": tone,
        "label": state.label,
    }
