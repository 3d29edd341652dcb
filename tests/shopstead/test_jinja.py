"""What templates say alike everywhere is worked out once for each language, and says the same as if it were asked each time."""

from typing import Any

import pytest
from django.template import engines
from django.urls import set_script_prefix
from django.utils import translation
from django.utils.translation import gettext_lazy
from jinja2 import DictLoader, Environment, meta, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from shopstead.jinja.folding import FoldingEnvironment, StoreTemplates

STORES = {"en": "/", "zh-hans": "/zh-hans/"}
TEMPLATE = (
    '{{ _("Cart") }}|{{ pgettext("tab bar", "Goods") }}|{{ url("cart") }}|{{ url("page", handle="returns") }}'
    '|{{ icon("bell", small=True) }}|{{ static("theme/theme.js") }}'
    '|{% if "<" %}{{ _("Add to cart") }}{% endif %}|{{ "<b>" ~ _("Cart") }}'
)


@pytest.fixture(autouse=True)
def the_usual_prefix() -> Any:
    yield
    set_script_prefix("/")


def templates() -> StoreTemplates:
    found = engines["jinja2"]
    assert isinstance(found, StoreTemplates)
    return found


def asking_each_time() -> Environment:
    plain = templates()._plain
    assert plain.language is None
    return plain


@pytest.mark.parametrize("language", STORES)
@pytest.mark.urls("shopstead.urls_store")
def test_a_folded_template_says_what_the_plain_one_says(language: str) -> None:
    with translation.override(language):
        set_script_prefix(STORES[language])
        folded = templates().env.from_string(TEMPLATE)
        expected = asking_each_time().from_string(TEMPLATE).render()
        assert folded.render() == expected
    with translation.override("en" if language != "en" else "zh-hans"):
        set_script_prefix("/elsewhere/")
        assert folded.render().split("|")[:-1] == expected.split("|")[:-1], "nothing of it is asked again"
        assert asking_each_time().from_string(TEMPLATE).render() != expected


@pytest.mark.urls("shopstead.urls_store")
def test_each_language_has_its_own() -> None:
    said = {}
    for language in STORES:
        with translation.override(language):
            said[language] = templates().env.from_string('{{ _("Cart") }}').render()
    assert said == {"en": "Cart", "zh-hans": "购物车"}


def folded(source: str, **context: Any) -> str:
    with translation.override("en"):
        return templates().env.from_string(source).render(**context)


def test_a_name_that_a_template_gives_to_something_else_is_left_alone() -> None:
    assert (
        folded('{% macro row(url) %}{{ url("cart") }}{% endmacro %}{{ row(say) }}', say="<{}>".format) == "&lt;cart&gt;"
    )


def test_words_with_something_to_fill_in_are_asked_each_time() -> None:
    source = '{{ _("%(percent)s%% off", percent=number) }}'
    assert [folded(source, number=number) for number in (10, 20)] == ["10% off", "20% off"]


def test_a_place_that_does_not_exist_is_said_where_it_is_shown() -> None:
    source = '{% if asked %}{{ url("nowhere-at-all") }}{% endif %}fine'
    assert folded(source, asked=False) == "fine"
    with pytest.raises(Exception, match="nowhere-at-all"):
        folded(source, asked=True)


def test_environments_do_not_share_compiled_templates() -> None:
    with translation.override("en"):
        first = templates().env
    with translation.override("zh-hans"):
        second = templates().env
    assert isinstance(first, FoldingEnvironment)
    assert first is not second
    assert first.cache is not second.cache


def test_macros_know_only_what_they_are_given() -> None:
    plain = asking_each_time()
    assert plain.loader is not None
    for name in ("theme/macros.html", "customers/parts.html", "reviews/parts.html"):
        source = plain.loader.get_source(plain, name)[0]
        assert meta.find_undeclared_variables(plain.parse(source)) <= set(plain.globals), name
    importing = [name for name in plain.list_templates(extensions=["html"]) if "/" in name]
    with_context = [
        name for name in importing if 'macros.html" as ui with context' in plain.loader.get_source(plain, name)[0]
    ]
    assert with_context == [], "the module of macros would be made anew with each page"


class Says:
    def __html__(self) -> str:
        return "<i>own</i>"

    def __str__(self) -> str:
        return "<never>"


VALUES = ["<b>&'\"", Markup("<b>"), 5, None, 1.5, Says(), gettext_lazy("Cart"), ["<"], b"<", ""]


def by_the_library() -> Environment:
    plain = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    plain.install_gettext_callables(translation.gettext, translation.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return plain


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "template",
    [
        "{{ value }}",
        "{{ value ~ '<' }}",
        '{{ _("Page %(number)s", number=value) }}',
        '<a title="{{ _("Page %(number)s", number=value) }}">',
        '{{ _("%(percent)s%% off", percent=value) }}',
        '{{ _("All: %(name)s", name=value)|upper }}',
        "{% macro box(inner) %}<p>{{ inner }}{{ caller() if caller else '' }}</p>{% endmacro %}"
        "{{ box(value) }}{% call box(inner=value) %}{{ value }}{% endcall %}",
        "{% set kept %}{{ value }}{% endset %}{{ kept }}",
        "{% autoescape false %}{{ value }}{% endautoescape %}",
    ],
)
def test_what_is_written_is_escaped_as_the_library_does(template: str, value: Any) -> None:
    for language in STORES:
        with translation.override(language):
            expected = by_the_library().from_string(template).render(value=value)
            assert templates().env.from_string(template).render(value=value) == expected


def test_whoever_wants_the_context_is_given_it() -> None:
    @pass_context
    def said(context: Context, name: str) -> str:
        return str(context[name])

    class Asked:
        @pass_context
        def __call__(self, context: Context) -> str:
            return str(context["word"])

    written = templates().env.from_string(
        "{% for one in (1, 2) %}{{ said('word') }}{{ asked() }}{{ len('abc') }}{% endfor %}"
    )
    assert written.render(word="<", said=said, asked=Asked(), len=len) == "&lt;&lt;3" * 2


INCLUDING = {
    "page": '{% set said = "outer" %}{% for one in goods %}{% include "part" %}{% endfor %}{{ said }}{% include "lone" %}',
    "part": '{% import "macros" as ui %}{% set said = one ~ _("Cart") %}{{ ui.bold(said) }}{% include "lone" %}',
    "macros": "{% macro bold(text) %}<b>{{ text }}</b>{% endmacro %}",
    "lone": "{{ said|default('nothing') }};",
}


def test_what_is_included_stands_in_its_page_and_says_what_it_said_before() -> None:
    globals_ = {"_": translation.gettext}
    plain = Environment(loader=DictLoader(INCLUDING), autoescape=True, auto_reload=False)
    folding = FoldingEnvironment(loader=DictLoader(INCLUDING), autoescape=True, auto_reload=False)
    folding.language = "en"
    for each in (plain, folding):
        each.globals.update(globals_)
    goods = ["<i>", "cups"]
    assert folding.get_template("page").render(goods=goods) == plain.get_template("page").render(goods=goods)
    assert not list(meta.find_referenced_templates(folding.parse(INCLUDING["lone"])))
    assert set(meta.find_referenced_templates(folding.parse(INCLUDING["page"]))) == {"macros"}
