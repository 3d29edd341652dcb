"""Change what the header and the footer lead to."""

from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.db import transaction
from django.urls import get_script_prefix

from core.events import publish
from storefront.content.enums import Place
from storefront.content.events import ContentChanged
from storefront.content.links import address_of
from storefront.content.menus import Item, check_items
from storefront.content.models import Menu
from storefront.content.services.redirects import follow_rename


def save_menu(*, place: Place, items: Any, now: datetime) -> Menu:
    """Write a menu's links in place of those that were there.

    Raises: MenuRefused.
    """
    checked = check_items(items)
    with transaction.atomic():
        menu, _made = Menu.objects.update_or_create(place=place, defaults={"items": checked, "updated_at": now})
        publish(ContentChanged())
    return menu


def forget_menu(*, place: Place) -> None:
    """Let the store's collections and pages stand in a menu again."""
    with transaction.atomic():
        Menu.objects.filter(place=place).delete()
        publish(ContentChanged())


def follow_handle(*, kind: str, old_handle: str, new_handle: str, now: datetime) -> None:
    """Lead the former address of a product, collection, category, page or post to its new one, and its links in the menus."""
    old, new = address_of(kind, old_handle), address_of(kind, new_handle)
    if not old or not new or old_handle == new_handle:
        return
    follow_rename(old_path=f"/{_bare(old)}", new_path=f"/{_bare(new)}", now=now)
    for menu in Menu.objects.select_for_update():
        items = [_renamed(item, kind, old_handle, new_handle) for item in menu.items]
        if items != menu.items:
            menu.items = items
            menu.save(update_fields=["items"])


def _renamed(item: Item, kind: str, old: str, new: str) -> Item:
    inside = [_renamed(one, kind, old, new) for one in item.get("items", [])]
    is_meant = item["target"] == kind and item["value"] == old
    return {**item, "items": inside, **({"value": new} if is_meant else {})}


def _bare(address: str) -> str:
    """Return an address without the slash, and the language, that it begins with."""
    return unquote(address).removeprefix(get_script_prefix())
