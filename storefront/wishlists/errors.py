"""What can go wrong with a list."""

from core.errors import Conflict, NotFound


class ItemNotFound(NotFound):
    code = "saved_item_not_found"


class ListFull(Conflict):
    code = "saved_list_full"


class ChooseVersion(Conflict):
    code = "choose_version"
