"""Every component and layout renders, says what it must to a screen reader, and escapes what it is given."""

import html
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from core.ui import build, icons
from core.ui.templatetags import ui as tags
from tests.core.ui import gallery

PAGES = sorted(gallery.PAGES.glob("*.html"))
STORE_PAGES = sorted(gallery.PAGES.glob("*.jinja"))
COMPONENTS = build.UI / "templates" / "cotton"
NOW = datetime(2026, 11, 22, 15, 41, tzinfo=UTC)


def draw(source: str, **context: object) -> BeautifulSoup:
    request = RequestFactory().get("/orders/", {"q": "nora", "page": "2"})
    # The request goes in as a value: the project's context processors want the middleware's work on it.
    template = engines["django"].from_string(CottonCompiler().process(source))
    text = template.render({"request": request, **context})
    return BeautifulSoup(text, "html.parser")


def text_of(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_of_the_gallery_renders(page: Path) -> None:
    context = {key: value for key, value in gallery.sample_context().items() if key != "request"}
    soup = draw(page.read_text(encoding="utf-8"), **context)
    assert len(soup.find_all("main")) == 1
    assert len(soup.find_all("h1")) == 1
    assert not soup.find_all(lambda tag: tag.name.startswith("c-")), "a component was not compiled"
    assert soup.html is not None
    assert soup.html["lang"] == "en"
    named = [tag["id"] for tag in soup.find_all(id=True) if tag.find_parent("section", class_="tray") is None]
    assert soup.find("a", class_="skip") or page.name in {"closed.html", "missing.html"}
    assert named


@pytest.mark.parametrize("page", STORE_PAGES, ids=lambda page: page.name)
def test_a_storefront_page_of_the_gallery_renders(page: Path) -> None:
    for pictures in (True, False):
        text = gallery.store_environment().get_template(page.name).render(gallery.store_context(pictures))
        soup = BeautifulSoup(text, "html.parser")
        assert len(soup.find_all("main")) == 1
        for image in soup.find_all("img"):
            assert image.has_attr("alt")
            assert image["width"]
            assert image["height"]


def test_each_component_is_shown_in_the_gallery() -> None:
    sources = [*PAGES, *COMPONENTS.rglob("*.html"), build.UI / "templates/ui/frame.html"]
    shown = "".join(path.read_text(encoding="utf-8") for path in sources)
    for path in COMPONENTS.rglob("*.html"):
        name = ".".join(path.relative_to(COMPONENTS).with_suffix("").parts).replace("_", "-").removesuffix(".index")
        assert f"<c-{name} " in shown or f"<c-{name}>" in shown, name


def test_each_component_stands_in_the_readme() -> None:
    readme = (build.UI / "README.md").read_text(encoding="utf-8")
    for path in COMPONENTS.rglob("*.html"):
        name = ".".join(path.relative_to(COMPONENTS).with_suffix("").parts).replace("_", "-").removesuffix(".index")
        assert f"<c-{name}" in readme, name


def test_a_field_ties_its_label_help_and_error_to_the_control() -> None:
    form = gallery.sample_form(bound=True)
    soup = draw('<c-field :field="form.cost" after="USD" /><c-field :field="form.title" />', form=form)
    cost, title = soup.find(id="id_cost"), soup.find(id="id_title")
    assert cost is not None
    assert title is not None
    assert soup.find(id="id_cost_helptext").get_text() == "Only you see this"
    assert "id_cost_helptext" in cost["aria-describedby"]
    assert title["aria-invalid"] == "true"
    assert "id_title_error" in title["aria-describedby"]
    assert soup.find("label", attrs={"for": "id_title"}) is not None
    assert "Give the product a title" in soup.find(id="id_title_error").get_text()


def test_the_summary_of_errors_links_to_each_field_and_takes_focus() -> None:
    soup = draw('<c-form-errors :form="form" />', form=gallery.sample_form(bound=True))
    alert = soup.find(role="alert")
    assert alert is not None
    assert alert.has_attr("autofocus")
    assert alert["tabindex"] == "-1"
    assert [a["href"] for a in alert.find_all("a")] == ["#id_title", "#id_compare_at", "#id_handle"]
    assert "3 things to fix" in text_of(soup)
    assert "Nothing you typed is lost." in text_of(soup)


def test_a_form_without_errors_has_no_summary() -> None:
    assert draw('<c-form-errors :form="form" />', form=gallery.sample_form(bound=False)).find(role="alert") is None


@pytest.mark.parametrize("kind", ["none", "half", "done", "wait", "look", "fail", "away", "hold", "back", "live"])
def test_a_status_is_a_shape_and_a_word(kind: str) -> None:
    soup = draw(f'<c-status kind="{kind}">Paid</c-status>')
    assert soup.find("svg") is not None
    assert text_of(soup) == "Paid"


def test_an_icon_that_is_not_drawn_is_an_error() -> None:
    with pytest.raises(KeyError, match="no icon called 'unicorn'"):
        icons.icon("unicorn")


def test_what_people_typed_is_escaped_everywhere() -> None:
    evil = '<script>alert("x")</script>'
    job = SimpleNamespace(**{**vars(gallery.sample_jobs()[0]), "title": evil, "phase": evil})
    soup = draw(
        '<c-job :job="job" /><c-page-head :title="evil" /><c-kpi label="x" :value="evil" />'
        '<c-list.views :items="views" /><c-empty title="{{ evil }}" /><c-copy :text="evil" />',
        job=job, evil=evil, views=[{"label": evil, "url": "#"}],
    )  # fmt: skip
    assert soup.find("script") is None
    assert str(soup).count(html.escape("<script>")) >= 5


def test_the_tray_polls_while_a_job_runs_and_rests_when_none_does() -> None:
    jobs = gallery.sample_jobs()
    running = draw('<c-job-tray :jobs="jobs" url="/dashboard/jobs/" />', jobs=jobs).find(id="job-tray")
    resting = draw('<c-job-tray :jobs="jobs" url="/dashboard/jobs/" />', jobs=jobs[1:]).find(id="job-tray")
    empty = draw('<c-job-tray :jobs="jobs" url="/dashboard/jobs/" />', jobs=[]).find(id="job-tray")
    assert running["hx-trigger"] == "every 2s, jobs-changed from:body"
    assert running["hx-get"] == "/dashboard/jobs/"
    assert running.find("progress")["value"] == "1510"
    assert "1,510 of 2,400" in " ".join(running.get_text(" ").split())
    assert resting["hx-trigger"] == "jobs-changed from:body"
    assert running.details.has_attr("open") and not resting.details.has_attr("open")
    assert "none" in empty["class"]


def test_polling_slows_after_a_minute() -> None:
    job = SimpleNamespace(is_finished=False, started_at=NOW - timedelta(seconds=61))
    assert tags.poll_seconds([job], NOW) == 10
    assert tags.poll_seconds([job, SimpleNamespace(is_finished=False, started_at=None)], NOW) == 2
    assert tags.poll_seconds([], NOW) is None


def test_progress_is_said_in_quarters() -> None:
    said = [tags.quarter(done, 100).strip("\N{THIN SPACE}%") for done in (0, 24, 25, 74, 100)]
    assert said == ["0", "0", "25", "50", "100"]
    assert tags.quarter(5, None) == ""


def test_the_pager_keeps_the_rest_of_the_address() -> None:
    page = gallery.sample_context()["page"]
    soup = draw('<c-pager :page="page" />', page=page)
    assert "13–24 of 38" in text_of(soup)
    assert soup.find("a", rel="next")["href"] == "?q=nora&page=3"


@pytest.mark.parametrize(
    ("passed", "said", "chinese"),
    [
        (timedelta(seconds=20), "Just now", None),
        (timedelta(minutes=29), "29 min ago", None),
        (timedelta(hours=23, minutes=59), "23 h ago", None),
        (timedelta(days=2), "Nov 20", "11月20日"),
        (timedelta(days=400), "Oct 18, 2025", "2025年10月18日"),
    ],
)
def test_a_time_is_relative_for_a_day_and_then_a_date(passed: timedelta, said: str, chinese: str | None) -> None:
    drawn = BeautifulSoup(str(tags.ago(NOW - passed, NOW)), "html.parser").find("time")
    assert drawn is not None
    assert drawn.get_text() == said
    assert drawn["datetime"] == (NOW - passed).strftime("%Y-%m-%dT%H:%M:%SZ")
    if chinese:
        with translation.override("zh-hans"):
            assert BeautifulSoup(str(tags.ago(NOW - passed, NOW)), "html.parser").get_text() == chinese


def test_a_day_carries_its_year_and_a_dash_stands_for_none() -> None:
    assert [tags.day(NOW), tags.day(None)] == ["Nov 22, 2026", "–"]
    with translation.override("zh-hans"):
        assert tags.day(NOW) == "2026年11月22日"


def test_money_has_a_true_minus_and_a_dash_for_none() -> None:
    assert tags.money(-480, "USD") == "−$4.80"
    assert tags.money(None, "USD") == "–"
    with translation.override("zh-hans"):
        assert tags.money(129900, "CNY") == "¥1,299.00"


def test_numbers_languages_and_initials_read_as_people_write_them() -> None:
    assert tags.number(50000) == "50,000"
    assert tags.percent(0.019) == "1.9\N{THIN SPACE}%"
    assert [tags.html_lang(code) for code in ("en", "zh-hans", "en-us", None)] == ["en", "zh-Hans", "en-US", "en"]
    assert [tags.initials(name) for name in ("Maria Alvarez", "小熊家居", "", None)] == ["MA", "小", "?", "?"]


def test_settings_stand_at_the_foot_and_the_phone_gets_four_places() -> None:
    items = [SimpleNamespace(icon=name) for name in ("home", "orders", "products", "customers", "support", "settings")]
    assert [item.icon for item in tags.nav_pinned(items)] == ["settings"]
    assert [item.icon for item in tags.nav_phone(items)] == ["home", "orders", "products", "support"]
    assert tags.nav_phone(None) == []
