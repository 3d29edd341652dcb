"""The eight steps of a store's life in a real browser, on the platform as `shopstead up` starts it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import goods, merchant, owner, shopper
from tests.browser.merchant import Store
from tests.browser.people import People, Person, fits_its_window
from tests.browser.running import RunningPlatform, await_that
from tests.browser.shopper import Purchase

pytestmark = [pytest.mark.browser]


def test_1_a_merchant_signs_up_and_lands_in_a_live_store_on_trial(acme: Store, platform: RunningPlatform) -> None:
    page = acme.page
    assert page.url.startswith(f"http://acme.localhost:{platform.port}/dashboard/")
    expect(page.get_by_role("heading", name="Get ready to sell")).to_be_visible()
    acme.merchant.shoot("1-dashboard")
    acme.visit("settings/billing/")
    expect(page.locator("#plan-state")).to_contain_text("Trial of Growth: 14 days left.")
    answer = page.goto(acme.url)
    assert answer
    assert answer.status == 200
    expect(page.get_by_text("Opening soon").first).to_be_visible()
    acme.merchant.shoot("1-empty-store")


def test_2_a_product_with_a_picture_and_an_imported_file_stand_in_the_store(
    acme: Store, mug: str, people: People, platform: RunningPlatform, tmp_path: Path
) -> None:
    rows = merchant.import_products(acme, folder=tmp_path)
    assert "Odd cup" in rows
    assert "nine dollars" in rows
    assert "Tin plate" not in rows

    looker = people.come("looker", with_phone=True)
    page = looker.page
    page.goto(f"{acme.url}/products/")
    for title in (mug, "Tin plate", "Camp kettle"):
        expect(page.get_by_role("link", name=title)).to_be_visible()
    expect(page.get_by_text("Odd cup")).to_have_count(0)
    fits_its_window(page)
    looker.shoot("2-list")
    page.get_by_role("link", name=mug).click()
    expect(page.get_by_text("$24.00").first).to_be_visible()
    image = page.locator(".gal img").first
    expect(image).to_be_visible()
    await_that(lambda: image.evaluate("image => image.complete && image.naturalWidth > 0"), "the picture")
    looker.shoot("2-product")
    titles = {product["title"] for product in platform.api(acme.slug, "products")["data"]}
    assert titles >= {mug, "Tin plate", "Camp kettle"}


def test_3_a_guest_pays_and_the_merchant_sends_the_parcel(
    acme: Store, mug: str, purchase: Purchase, parcel: str, platform: RunningPlatform
) -> None:
    receipt = platform.await_mail(purchase.email, about=purchase.name)
    assert mug in receipt["text"]
    platform.await_mail(acme.email, about=purchase.name)
    order = platform.api(acme.slug, f"orders/{purchase.token}")
    assert order["status"] == "open"

    page = acme.visit("products/")
    page.get_by_role("link", name=mug).click()
    expect(page.get_by_label("In stock")).to_have_value("4")
    letter = platform.await_mail(purchase.email, about=parcel)
    assert mug in letter["text"]
    purchase.page.goto(purchase.url)
    expect(purchase.page.get_by_role("heading", level=1)).to_have_text("It is on its way")
    expect(purchase.page.get_by_text(parcel).first).to_be_visible()
    purchase.shopper.shoot("3-order-sent")


def test_4_a_plan_paid_at_stripe_becomes_active_by_the_webhook(acme: Store, paid_plan: str) -> None:
    page = acme.visit("settings/billing/")
    expect(page.locator("#plan-state")).to_contain_text(f"You are on {paid_plan}.")
    expect(page.get_by_text("The next payment is on").first).to_be_visible()
    expect(page.get_by_text("$49.00").first).to_be_visible()


def test_5_a_store_with_few_orders_shows_what_it_has(
    acme: Store, purchase: Purchase, people: People, platform: RunningPlatform
) -> None:
    platform.run("recs", "train", acme.slug)
    looker = people.come("second looker", with_phone=True)
    shopper.find(looker, acme, words="mug", title="Enamel mug")
    expect(looker.page.get_by_role("heading", name="Goes well with")).to_be_visible()
    expect(looker.page.get_by_role("region", name="Goes well with").get_by_role("link").first).to_be_visible()
    looker.shoot("5-goes-well-with")
    answer = platform.api(acme.slug, "recommendations?product=enamel-mug&limit=4")
    assert answer["data"]


def test_5_a_signed_in_shopper_of_a_trained_store_finds_goods_for_herself(
    globex: Store, people: People, platform: RunningPlatform
) -> None:
    buyer = people.come("buyer", with_phone=True)
    shopper.sign_in_by_mail(platform, buyer, globex, email=goods.LAST_BUYERS_EMAIL)
    buyer.shoot("5-account")
    buyer.page.goto(globex.url)
    heading = buyer.page.get_by_role("heading", name="For you")
    expect(heading).to_be_visible()
    fits_its_window(buyer.page)
    buyer.shoot("5-for-you")
    picked = buyer.page.locator("section", has=heading).get_by_role("listitem")
    assert picked.count() >= 2
    globex.visit("recommendations/")
    expect(globex.page.get_by_text("60 orders")).to_be_visible()
    globex.merchant.shoot("5-recommendations")


def test_6_the_owner_sees_the_money_and_closes_a_store_for_a_while(
    acme: Store, paid_plan: str, platform_owner: Person
) -> None:
    page = platform_owner.page
    page.reload()
    expect(page.locator(".kpi", has_text="Monthly recurring revenue")).to_contain_text("$49.00")
    expect(page.locator(".kpi", has_text="Stores open")).to_contain_text(re.compile("[1-9]"))
    platform_owner.shoot("6-console")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Stores").click()
    row = page.get_by_role("row").filter(has_text=acme.slug)
    expect(row).to_contain_text(paid_plan)
    expect(row).to_contain_text("Active")
    platform_owner.shoot("6-console-stores")

    owner.suspend(platform_owner, name=acme.name, reason="unpaid tax")
    await_that(lambda: status_of(acme) == 503, "the store's pages to close")
    acme.merchant.shoot("6-suspended")
    owner.resume(platform_owner, name=acme.name)
    await_that(lambda: status_of(acme) == 200, "the store's pages to come back")


def test_7_a_question_from_the_order_page_is_labeled_answered_and_mailed(
    acme: Store, purchase: Purchase, parcel: str, platform: RunningPlatform
) -> None:
    question = "Where is my parcel? It has not arrived yet, and the tracking does not move."
    address = shopper.ask(purchase, question=question)

    answer = merchant.answer(acme, words="Where is my parcel?", addition="If it is not there on Friday, write again.")
    assert answer.label == "Delivery"
    assert answer.percent >= 50
    assert parcel in answer.suggested
    assert purchase.name in answer.suggested or "Ada" in answer.suggested

    letter = platform.await_mail(purchase.email, about="If it is not there on Friday")
    assert parcel in letter["text"]
    link = re.search(r"http://\S+/support/\S+", letter["text"])
    assert link, letter["text"]
    purchase.page.goto(link.group())
    assert purchase.page.url.split("?")[0] == address.split("?")[0]
    expect(purchase.page.get_by_text("If it is not there on Friday, write again.")).to_be_visible()
    fits_its_window(purchase.page)
    purchase.shopper.shoot("7-answered")


def test_8_the_dashboard_shows_sales_orders_visitors_and_conversion(
    acme: Store, purchase: Purchase, platform: RunningPlatform
) -> None:
    platform.run("analytics", "refresh", acme.slug)
    page = acme.visit("")
    figures = page.locator("section[aria-labelledby=period] .kpi")
    expect(figures.filter(has_text="Net sales")).to_contain_text(re.compile(r"\$[1-9]\d*\.\d\d"))
    expect(figures.filter(has_text="Orders")).to_contain_text("1")
    expect(figures.filter(has_text="Visitors")).to_contain_text(re.compile("[1-9]"))
    expect(figures.filter(has_text="Conversion")).to_contain_text(re.compile(r"[1-9][\d.]*\s?%"))
    expect(page.get_by_role("link", name=purchase.name).first).to_be_visible()
    acme.merchant.shoot("8-home")


# The last one, because the second store's payment changes what the owner's console adds up.
def test_4_a_trial_that_ends_unpaid_closes_the_checkout_until_it_is_paid(
    globex: Store, people: People, platform: RunningPlatform
) -> None:
    late = people.come("late shopper", with_phone=True)
    shopper.find(late, globex, words="kettle", title="Camp kettle")
    shopper.add_to_cart(late, title="Camp kettle")
    end_trial(platform, globex)
    late.page.get_by_role("link", name="Check out").locator("visible=true").first.click()
    expect(late.page.get_by_role("heading", name="Checkout is closed for now")).to_be_visible()
    late.shoot("4-closed")
    page = globex.visit("settings/billing/")
    expect(page.locator("#plan-state")).to_contain_text("Your trial has ended and your checkout is closed.")
    globex.merchant.shoot("4-trial-ended")
    platform.await_mail(globex.email, about="trial")

    merchant.choose_plan(globex, plan="Starter")
    late.page.goto(f"{globex.url}/cart/")
    shopper.check_out(late, email="late@example.com")
    expect(late.page.get_by_label("Card number")).to_be_visible()


def status_of(store: Store) -> int:
    """Open the store's first page and return the status of the answer."""
    answer = store.page.goto(store.url)
    assert answer
    return answer.status


def end_trial(platform: RunningPlatform, store: Store) -> None:
    """Move the end of the store's trial to an hour ago and let the daily scan find it."""
    platform.do(
        "from datetime import timedelta\n"
        "from billing.subscriptions.services import extend_trial, scan_trials\n"
        "from core.clock import utc_now\n"
        "from tenants.selectors import get_tenant\n"
        "now = utc_now()\n"
        f"tenant = get_tenant({store.slug!r})\n"
        "extend_trial(tenant_id=tenant.pk, until=now - timedelta(hours=1), actor='test', now=now)\n"
        "assert scan_trials(now=now) == 1"
    )
