"""Keep and drop the views of lists."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput, NotFound
from core.lists.models import SavedView

LABEL_LENGTH = 60
QUERY_LENGTH = 2000
MAXIMUM_VIEWS = 20


def save_view(*, name: str, label: str, query: str, is_shared: bool, owner: str, now: datetime) -> SavedView:
    """Keep how somebody looks at a list; one of the same name and owner is replaced.

    Raises: InvalidInput for the label, the query, or one view too many.
    """
    label = " ".join(label.replace("\0", "").split())
    if not label:
        raise InvalidInput(_("Give the view a name."), field="label")
    if len(label) > LABEL_LENGTH or len(query) > QUERY_LENGTH:
        raise InvalidInput(_("This is too long to keep: a name has up to 60 characters."), field="label")
    with transaction.atomic():
        mine = SavedView.objects.filter(list=name, owner=owner)
        if mine.exclude(label=label).count() >= MAXIMUM_VIEWS:
            raise InvalidInput(_("There are 20 views already. Delete one that you no longer use."), field="label")
        view, _made = SavedView.objects.update_or_create(
            list=name,
            owner=owner,
            label=label,
            defaults={"query": query, "is_shared": is_shared},
            create_defaults={"query": query, "is_shared": is_shared, "created_at": now},
        )
    return view


def delete_view(*, view_id: int, name: str, owner: str, may_delete_shared: bool) -> None:
    """Drop a view of one's own, or a shared one for whoever may.

    Raises: NotFound, also for a view that is somebody else's.
    """
    mine = Q(owner=owner) | Q(is_shared=True) if may_delete_shared else Q(owner=owner)
    if not SavedView.objects.filter(mine, pk=view_id, list=name).delete()[0]:
        raise NotFound(_("There is no such view. It may have been deleted."))
