"""Pages that show themselves at a moment of the store's time, and posts beside them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from core.clock import utc_now
from core.outbox.models import OutboxMessage
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_tenant
from storefront.content.models import Page
from storefront.content.services import PageDraft, create_page, publish_due, set_page_published
from storefront.content.services.pages import PUBLISH_TASK
from storefront.content.tasks import publish_due as task
from tenants.models import Tenant
from tests.shopstead.page_cache.visitor import visitor
from tests.storefront.content.test_dashboard_pages import sent, soup

LIST = "/dashboard/pages/"


def test_a_page_is_planned_in_the_stores_time_and_says_so(acme: Tenant, merchant_client: Client) -> None:
    values = sent(merchant_client, f"{LIST}new/", "page")
    assert values["state"] == "now"
    values |= {"title": "Winter sale", "state": "later"}
    refused = merchant_client.post(f"{LIST}new/", values)
    assert soup(refused).find(id="id_published_at_error")
    assert acme.time_zone in soup(refused).find(id="id_published_at_helptext").text
    far = merchant_client.post(f"{LIST}new/", {**values, "published_at": "2099-01-02T10:00"})
    assert "next five years" in soup(far).find(id="id_published_at_error").text
    local = (utc_now() + timedelta(hours=5)).astimezone(ZoneInfo(acme.time_zone)).replace(second=0, microsecond=0)
    typed = f"{local:%Y-%m-%dT%H:%M}"
    made = merchant_client.post(f"{LIST}new/", {**values, "published_at": typed})["Location"]
    with in_tenant(acme):
        page = Page.objects.get(handle="winter-sale")
        message = OutboxMessage.objects.get(task=PUBLISH_TASK)
    assert (page.is_published, page.planned_at, message.available_at) == (False, local, local)
    shown = sent(merchant_client, made, "page")
    assert (shown["state"], shown["published_at"]) == ("later", typed)
    assert "Planned" in soup(merchant_client.get(LIST)).get_text()
    assert "Planned" in soup(merchant_client.get(made)).get_text()
    merchant_client.post(made, {**shown, "state": "draft"})
    with in_tenant(acme):
        assert Page.objects.get(pk=page.pk).planned_at is None


def test_what_was_planned_is_seen_by_the_next_visitor_when_its_moment_has_come(committed_store: Tenant) -> None:
    moment = utc_now() - timedelta(seconds=1)
    with in_tenant(committed_store):
        draft = PageDraft("Winter sale", "<p>-20 %</p>", is_published=False, planned_at=moment)
        page = create_page(draft=draft, now=moment - timedelta(hours=1))
        later = create_page(
            draft=PageDraft("Spring", "", is_published=False, planned_at=moment + timedelta(days=60)), now=moment
        )
        hidden = create_page(draft=PageDraft("Hidden", "", is_published=False), now=moment)
    asking = visitor(committed_store)
    assert "Winter sale" not in asking.get("/").text
    renders = asking.renders.count
    asking.get("/")
    assert asking.renders.count == renders
    assert asking.get("/pages/winter-sale/").status == 404
    task.apply(headers={SCHEMA_HEADER: committed_store.schema_name}, throw=True)
    assert "Winter sale" in asking.get("/").text
    assert "-20 %" in asking.get("/pages/winter-sale/").text
    with in_tenant(committed_store):
        seen = Page.objects.in_bulk([page.pk, later.pk, hidden.pk])
        assert [(seen[one.pk].is_published, seen[one.pk].planned_at is None) for one in (page, later, hidden)] == [
            (True, True), (False, False), (False, True),
        ]  # fmt: skip
        assert publish_due(now=utc_now()) == 0


@pytest.mark.parametrize("is_published", [True, False])
def test_who_shows_or_hides_a_planned_page_has_decided(in_acme: Tenant, now: datetime, is_published: bool) -> None:
    page = create_page(draft=PageDraft("Soon", "", is_published=False, planned_at=now + timedelta(hours=1)), now=now)
    set_page_published(page_id=page.pk, is_published=is_published, now=now)
    assert publish_due(now=now + timedelta(hours=2)) == 0
    page.refresh_from_db()
    assert page.is_published == is_published
