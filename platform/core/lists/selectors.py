"""Find the saved views of a list."""

from django.db.models import Q, QuerySet

from core.lists.models import SavedView


def list_views(*, name: str, owner: str) -> QuerySet[SavedView]:
    """Return the views of a list that this person sees, oldest first."""
    return SavedView.objects.filter(Q(owner=owner) | Q(is_shared=True), list=name).order_by("created_at", "pk")
