"""Change what a store says besides its goods."""

from storefront.content.services.menus import follow_handle, forget_menu, save_menu
from storefront.content.services.newsletter import ask_to_join, confirm, leave, mail_question
from storefront.content.services.pages import (
    PageDraft,
    create_page,
    delete_page,
    furnish_pages,
    publish_due,
    save_policy,
    set_page_published,
    update_page,
    write_policy,
)
from storefront.content.services.posts import (
    PostDraft,
    create_post,
    delete_post,
    save_post,
    set_post_cover,
    update_post,
)
from storefront.content.services.redirects import add_redirect, delete_redirects, follow_rename, import_redirects

__all__ = [
    "PageDraft",
    "PostDraft",
    "add_redirect",
    "ask_to_join",
    "confirm",
    "create_page",
    "create_post",
    "delete_page",
    "delete_post",
    "delete_redirects",
    "follow_handle",
    "follow_rename",
    "forget_menu",
    "furnish_pages",
    "import_redirects",
    "leave",
    "mail_question",
    "publish_due",
    "save_menu",
    "save_policy",
    "save_post",
    "set_page_published",
    "set_post_cover",
    "update_page",
    "update_post",
    "write_policy",
]
