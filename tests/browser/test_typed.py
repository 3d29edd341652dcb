"""Forms that ask while they are filled in: what is typed while the answer is on its way stays. A page of its own, no platform."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = [pytest.mark.browser]

UI = Path(__file__).parents[2] / "platform/core/ui/static/ui"
HTMX = next((UI / "vendor").glob("htmx-*.min.js"))
# Stands for the server: the second place has other cities and ways, and answers when `letGo` is called.
ANSWERING = """
const CITIES = { A: ["", "a1", "a2"], B: ["", "b1", "b2"] }, WAYS = { A: ["1", "2"], B: ["3", "4"] };
const option = (value, chosen) => `<option value="${value}"${value === chosen ? " selected" : ""}>${value}</option>`;
const radio = (value, chosen) => `<input type="radio" name="way" value="${value}"${value === chosen ? " checked" : ""}>`;
const draw = ({ place, city, way, name, note }) => `<form id="f" hx-post="/ask" hx-trigger="change from:.asks" hx-target="#f"
  hx-select="#f" hx-swap="outerMorph"><select class="asks" id="place" name="place">${["A", "B"].map((one) => option(one, place))}
  </select><select id="city" name="city">${CITIES[place].map((one) => option(one, city))}</select>
  ${WAYS[place].map((one) => radio(one, way)).join("")}<input id="name" name="name" value="${name}">
  <textarea id="note" name="note">${note}</textarea></form>`;
document.body.innerHTML = draw({ place: "A", city: "", way: "1", name: "", note: "" });
window.fetch = async (_address, { body }) => {
  const asked = Object.fromEntries(new URLSearchParams(body));
  await new Promise((go) => { window.letGo = go; });
  if (!CITIES[asked.place].includes(asked.city)) asked.city = "";
  if (!WAYS[asked.place].includes(asked.way)) [asked.way] = WAYS[asked.place];
  return new Response(draw(asked), { headers: { "Content-Type": "text/html" } });
};
"""


@pytest.fixture
def page(chromium: Browser) -> Page:
    """A page with a form of which the place decides on cities and ways, and nobody is reached beyond it."""
    files = {"/answering.js": ANSWERING, "/htmx.js": HTMX.read_text(), "/typed.js": (UI / "js/typed.js").read_text()}
    scripts = "".join(f'<script src="{path}"></script>' for path in files)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://form.test")
        if path in files:
            route.fulfill(body=files[path], content_type="text/javascript")
        else:
            route.fulfill(body=f"<!doctype html><body>{scripts}", content_type="text/html")

    opened = chromium.new_page()
    opened.route("**/*", answer)
    opened.goto("http://form.test/")
    return opened


def test_what_is_typed_while_an_answer_is_on_its_way_stays(page: Page) -> None:
    name, note = page.locator("#name"), page.locator("#note")
    name.fill("Ana")
    note.fill("Rings")
    page.locator("#place").select_option("B")
    name.press("End")
    name.press_sequentially(" Moss")
    note.press("End")
    note.press_sequentially(" tw")
    page.evaluate("() => window.letGo()")
    expect(page.locator("#city option").last).to_have_text("b2")
    expect(note).to_be_focused()
    note.press_sequentially("ice")
    expect(name).to_have_value("Ana Moss")
    expect(note).to_have_value("Rings twice")


def test_a_choice_from_another_list_is_not_the_one_at_the_same_place(page: Page) -> None:
    page.locator("#city").select_option("a2")
    page.locator("[value='2']").check()
    page.locator("#place").select_option("B")
    page.evaluate("() => window.letGo()")
    expect(page.locator("#city option").last).to_have_text("b2")
    expect(page.locator("#city")).to_have_value("")
    expect(page.locator("[name=way]:checked")).to_have_value("3")
