"""Render the layouts and every component with sample goods into a folder, to be looked at and photographed.

    python tests/core/ui/gallery.py FOLDER [PICTURES]

PICTURES is a folder with product pictures (``mug-spruce.svg`` and so on); without it the cards show their letter.
"""

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

import django  # noqa: E402
from django import forms  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from jinja2 import Environment, FileSystemLoader  # noqa: E402
from markupsafe import Markup  # noqa: E402

PAGES = Path(__file__).parent / "gallery_pages"
NOW = datetime(2026, 11, 22, 15, 41, tzinfo=UTC)


def set_up_django() -> None:
    """Configure just enough of Django to render; not for use beside real settings."""
    settings.configure(
        DEBUG=False,
        SECRET_KEY="gallery",
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
        TIME_ZONE="America/Chicago",
        STATIC_URL="static/",
        INSTALLED_APPS=["django.contrib.staticfiles", "core.ui", "django_cotton"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}}],
    )
    django.setup()


class ProductForm(forms.Form):
    """What the edit page of the gallery shows, with three things wrong."""

    title = forms.CharField(error_messages={"required": "Give the product a title, so shoppers can find it."})
    description = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False)
    price = forms.DecimalField()
    compare_at = forms.DecimalField(label="Compare-at price", required=False)
    cost = forms.DecimalField(label="Cost per item", required=False, help_text="Only you see this")
    status = forms.ChoiceField(choices=[("active", "Active"), ("draft", "Draft")])
    shown_in = forms.MultipleChoiceField(
        choices=[("store", "Your store"), ("feeds", "Shopping feeds")], widget=forms.CheckboxSelectMultiple
    )
    picture = forms.ImageField(required=False)
    handle = forms.SlugField(label="Address")
    notify = forms.BooleanField(label="Tell me when stock runs low", required=False)

    def clean_compare_at(self) -> Any:
        raise forms.ValidationError("Must be higher than the price, $24.00. Leave it empty if this is not a sale.")

    def clean_handle(self) -> Any:
        raise forms.ValidationError("“Stoneware mug (2024)” already lives here. Try stoneware-mug-oat.")


def sample_form(*, bound: bool) -> ProductForm:
    values: dict[str, Any] = {
        "title": "" if bound else "Stoneware mug, oat",
        "description": "A wide, heavy mug thrown in small batches in Vermont and glazed by hand.",
        "price": "24.00",
        "compare_at": "22.00",
        "cost": "7.80",
        "status": "active",
        "shown_in": ["store"],
        "handle": "stoneware-mug",
    }
    return ProductForm(values) if bound else ProductForm(initial=values)


def sample_jobs() -> list[Any]:
    def job(**over: Any) -> Any:
        base = {
            "token": "01A", "title": "", "state": "running", "phase": "", "done_count": 0, "total_count": None,
            "result": {}, "error": "", "is_finished": False, "cancel_requested": False, "get_state_display": "Queued",
        }  # fmt: skip
        return SimpleNamespace(**{**base, **over})

    return [
        job(title="Import: inventory-nov.csv", phase="Writing", done_count=1510, total_count=2400),
        job(
            token="01B", title="Price change", state="partly_failed", is_finished=True,
            get_state_display="Partly failed",
            result={"message": "1,180 saved, 20 failed", "url": "#", "label": "Get the 20 rows"},
        ),
    ]  # fmt: skip


def sample_orders() -> list[dict[str, Any]]:
    people = "Nora Weiss,Tom Okafor,Priya Nair,Elena Rossi,Sam Whitfield,Ines Duarte,Harriet Cole,Mateo Cruz,小熊家居"
    minutes = [3, 29, 61, 125, 700, 1500, 1600, 2000, 5000]
    totals = [14900, 8900, 21200, 31850, 2400, 6600, 16500, 40200, 10200]
    fulfilled = [("half", "Partly fulfilled", ""), *[("none", "Unfulfilled", "warn")] * 3, ("hold", "On hold", "")]
    fulfilled += [("done", "Fulfilled", "")] * 3 + [("back", "Returned", "")]
    paid = [("done", "Paid", "")] * 4 + [("wait", "Pending", ""), ("done", "Paid", ""), ("fail", "Failed", "")]
    paid += [("done", "Paid", ""), ("back", "Refunded", "")]
    return [
        {
            "number": 1048 - i, "name": name, "at": NOW - timedelta(minutes=minutes[i]), "total": totals[i],
            "paid": paid[i], "fulfilled": fulfilled[i], "items": i % 4 + 1, "delivery": "Standard",
        }
        for i, name in enumerate(people.split(","))
    ]  # fmt: skip


def sample_context() -> dict[str, Any]:
    from core.ui.charts import Series, bar_chart, line_chart, spark

    days = [f"{day} Nov" for day in range(1, 23)]
    sales = [
        610,
        702,
        655,
        820,
        912,
        1183,
        1240,
        640,
        689,
        730,
        805,
        990,
        1302,
        1355,
        702,
        760,
        741,
        880,
        1044,
        1389,
        1466,
        702,
    ]
    before = [
        580,
        640,
        690,
        742,
        850,
        1090,
        1130,
        600,
        649,
        720,
        777,
        860,
        1150,
        1209,
        660,
        700,
        690,
        800,
        900,
        1220,
        1180,
        1160,
    ]
    money = "${:,.0f}".format
    nav = [
        ("Home", "home", 0), ("Orders", "orders", 12), ("Products", "products", 0), ("Customers", "customers", 0),
        ("Analytics", "analytics", 0), ("Recommendations", "recommendations", 0), ("Support", "support", 4),
    ]  # fmt: skip
    items = [{"label": a, "url": "#", "icon": b, "count": c, "current": a == "Orders"} for a, b, c in nav]
    pinned = {"label": "Settings", "url": "#", "icon": "settings", "pinned": True}
    request = RequestFactory().get("/dashboard/orders/")
    return {
        "request": request,
        "csrf_token": "token",
        "store": {"name": "Acme Outdoor", "url": "/", "dashboard_url": "#"},
        "nav": [*items, pinned],
        "nav_bottom": [items[0], items[1], items[2], items[6]],
        "profile": {"name": "Maria Alvarez", "email": "maria@acme.example", "logout_url": "#"},
        "languages": [{"code": "en", "name": "English", "current": True}, {"code": "zh-hans", "name": "简体中文"}],
        "language_url": "#",
        "views": [
            {"label": "Open", "count": 38, "url": "#", "current": True},
            {"label": "Unfulfilled", "count": 12, "url": "#"},
            {"label": "Unpaid", "count": 3, "url": "#"}, {"label": "Returns", "count": 2, "url": "#"},
            {"label": "Archived", "url": "#"},
        ],
        "chips": [{"label": "Placed", "value": "last 30 days", "remove_url": "#"}],
        "orders": sample_orders(),
        "page": Paginator(range(38), 12).page(2),
        "form": sample_form(bound=False),
        "wrong": sample_form(bound=True),
        "jobs": sample_jobs(),
        "store_url": "/",
        "spark": spark([0, 1, 2, 4, 7, 9], [0, 1, 1, 3, 5, 8, 12, 14, 15]),
        "chart": line_chart(days, sales, before, format_value=money, last_is_unfinished=True),
        "bars": bar_chart(
            ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"],
            [
                Series("New", [310, 290, 340, 400, 480, 520]), Series("Grew", [80, 110, 90, 120, 130, 140]),
                Series("Shrank", [-40, -30, -60, -45, -50, -60]), Series("Left", [-90, -75, -110, -95, -90, -80]),
            ],
            format_value=lambda v: f"{'−' if v < 0 else '+' if v else ''}${abs(v):,.0f}",
        ),
        "now": NOW,
        "soon": NOW - timedelta(minutes=3),
    }  # fmt: skip


def render_django_pages(target: Path) -> list[Path]:
    """Render each page under gallery_pages/*.html with the Django engine."""
    written = []
    context = sample_context()
    for source in sorted(PAGES.glob("*.html")):
        engine = engines["django"]
        from django_cotton.compiler_regex import CottonCompiler

        html = engine.from_string(CottonCompiler().process(source.read_text(encoding="utf-8"))).render(
            context, context["request"]
        )
        path = target / source.name
        path.write_text(html.replace("/static/", "static/"), encoding="utf-8")
        written.append(path)
    return written


def sample_card(name: str, picture: str, price: str, pictures: bool, **over: Any) -> dict[str, Any]:
    drawn = {"src": f"pictures/{picture}.svg", "alt": name, "width": 400, "height": 500}
    return {"url": "#", "name": name, "picture": drawn if pictures else None, "price": price, **over}


def store_context(pictures: bool) -> dict[str, Any]:
    def card(name: str, picture: str, price: str, **over: Any) -> dict[str, Any]:
        return sample_card(name, picture, price, pictures, **over)

    cards = [
        card(
            "Ridgeline enamel mug",
            "mug-spruce",
            "$18.00",
            compare_at="$24.00",
            tag="25% off",
            tag_kind="sale",
            fact="4 colors",
        ),
        card("Harbor storm lantern", "lantern", "$64.00", fact="2 colors"),
        card("Larch wool blanket", "blanket", "$128.00", reason="You looked at the Ridgeline mug"),
        card("Longwatch flask, 25 oz", "flask", "$46.00", tag="Last 4"),
    ]
    return {
        "store": SimpleNamespace(name="Acme Outdoor", language="en"),
        "nav_links": [
            link("All goods", "#all"), link("Fire", "#fire", link("Lanterns", "#l"), link("Candles", "#c")),
            link("Kitchen", "/kitchen/"),
        ],
        "footer_links": [link("Help", "", link("About us", "#"), link("Delivery", "#")), link("Privacy", "#")],
        "languages": [("en", "English"), ("zh-hans", "Simplified Chinese")],
        "cart_count": 3,
        "theme": SimpleNamespace(
            css=":root{--accent:#0e5a61}", preset="editorial", header="left", cards="plain", logo="", shows_name=True,
            announcement="Free delivery over $60 · 30 days to change your mind", announcement_link="", about="",
            newsletter=True, tab_bar=False,
        ),
        "request": SimpleNamespace(
            csp_nonce="nonce", path="/kitchen/", path_info="/kitchen/", get_full_path_info=lambda: "/kitchen/"
        ),
        "cards": cards,
        "pictures": [
            {"src": f"pictures/{name}.svg", "alt": name, "width": 800, "height": 1000}
            for name in ("mug-spruce", "mug-spruce-2", "mug-spruce-3", "mug-set")
        ] if pictures else [],
        "has_pictures": pictures,
    }  # fmt: skip


def link(label: str, url: str, *items: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(label=label, url=url, items=list(items))


def store_environment() -> Environment:
    """Return a Jinja2 environment like the product's: i18n in the new style, and the globals the theme asks for."""
    from core.ui.icons import store_icon

    env = Environment(
        loader=FileSystemLoader([ROOT / "storefront/theme/jinja2", PAGES]),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(
        icon=store_icon,
        get_language=lambda: "en",
        once=lambda macro, *given: macro(*given),
        tint=lambda name: len(name) % 12,
        inline_style=lambda _request, css: Markup(f"<style>{css}</style>"),
        static=lambda path: f"static/{path}",
        pgettext=lambda _context, text: text,
        url=lambda name, **_kwargs: f"#{name}",
    )
    return env


def render_store_pages(target: Path, *, pictures: bool) -> list[Path]:
    """Render each page under gallery_pages/*.jinja with Jinja2."""
    env, context = store_environment(), store_context(pictures)
    written = []
    for source in sorted(PAGES.glob("*.jinja")):
        path = target / f"store-{source.stem}.html"
        path.write_text(env.get_template(source.name).render(context), encoding="utf-8")
        written.append(path)
    return written


def main(target: Path, pictures: Path | None) -> None:
    set_up_django()
    target.mkdir(parents=True, exist_ok=True)
    for source in (ROOT / "platform/core/ui/static", ROOT / "storefront/theme/static"):
        shutil.copytree(source, target / "static", dirs_exist_ok=True)
    if pictures:
        shutil.copytree(pictures, target / "pictures", dirs_exist_ok=True)
    for path in render_django_pages(target) + render_store_pages(target, pictures=pictures is not None):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
