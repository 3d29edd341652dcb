"""Every text of the house is there in Simplified Chinese, and the catalogs hold nothing else."""

import ast
import re
from collections import defaultdict

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils import translation

from core.translations import (
    KEYWORDS,
    PARTS,
    ROOT,
    Found,
    catalog_path,
    collect,
    compiled,
    first_id,
    list_gone,
    list_misfilled,
    list_untranslated,
    read_catalog,
    read_texts,
    words_of,
)

HAN = "[\u4e00-\u9fff]"
AGAINST_CHINESE_USE = [
    re.compile(rf"{HAN}[,.:;?!()\"']|[,;?!()\"']{HAN}"),
    re.compile(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}"),
    re.compile("[，。：；？！（）、] | [，。：；？！（）、]"),
    re.compile("你"),
]

parts = pytest.mark.parametrize("part", PARTS)


@parts
def test_no_text_lacks_a_translation_or_has_a_doubtful_one(part: str) -> None:
    assert list_untranslated(collect(part), read_catalog(part)) == []


@parts
def test_the_compiled_catalog_is_that_of_the_words(part: str) -> None:
    assert catalog_path(part).with_suffix(".mo").read_bytes() == compiled(part)


@parts
def test_a_translation_has_the_placeholders_of_its_text(part: str) -> None:
    assert list_misfilled(read_catalog(part)) == []


@parts
def test_no_catalog_holds_a_text_that_the_code_no_longer_has(part: str) -> None:
    assert list_gone(collect(part), read_catalog(part)) == []


def test_no_word_is_asked_for_by_a_name_that_is_not_read() -> None:
    """What is translated is found by the name of the call: under another name it would be in no catalog, and nobody would see."""
    renamed = [
        f"{path.relative_to(ROOT)}: {name.name} as {name.asname}"
        for folders in PARTS.values()
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.asname and name.asname not in KEYWORDS
    ]
    assert renamed == []


@parts
def test_every_part_is_read_at_run_time(part: str) -> None:
    assert str(catalog_path(part).parents[2]) in [str(path) for path in settings.LOCALE_PATHS]


def test_a_text_says_the_same_in_every_part() -> None:
    """Django lays all catalogs into one, so that of two translations of a text one would be lost."""
    said: dict[tuple[str | None, str], set[tuple[str, ...]]] = defaultdict(set)
    for part in PARTS:
        for message in read_catalog(part):
            if message.id:
                said[message.context, first_id(message)].add(words_of(message))
    assert {text: words for text, words in said.items() if len(words) > 1} == {}


def test_chinese_words_use_chinese_marks_spaces_and_address() -> None:
    """Full-width marks beside Han, a space between Han and Latin letters or digits, one way to say you."""
    wrong = []
    for part in PARTS:
        for message in read_catalog(part):
            for words in words_of(message) if message.id else ():
                plain = re.sub(r"%\(\w+\)[sd]", "\ufffc", words).replace("%%", "%")
                if any(rule.search(plain) for rule in AGAINST_CHINESE_USE):
                    wrong.append(words)
    assert wrong == []


def test_a_text_of_each_part_speaks_chinese() -> None:
    with translation.override("zh-hans"):
        for part in PARTS:
            message = next(m for m in read_catalog(part) if m.id and not m.context and isinstance(m.id, str))
            assert translation.gettext(first_id(message)) == words_of(message)[0]


def test_python_texts_are_found_in_formats_choices_and_alternatives() -> None:
    source = (
        "a = f'{_(\"In a format\")}'\n"
        "b = _(x or 'Instead')\n"
        "c = _('One' if x else 'Other')\n"
        "d = pgettext_lazy('order', 'Open')\n"
        "e = ngettext('%(num)s cup', '%(num)s cups', n)\n"
        "f = _(message['template'])\n"
    )
    assert list(read_texts(source, place="some/file.py")) == [
        Found("In a format", None, "some/file.py"),
        Found("Instead", None, "some/file.py"),
        Found("One", None, "some/file.py"),
        Found("Other", None, "some/file.py"),
        Found("Open", "order", "some/file.py"),
        Found(("%(num)s cup", "%(num)s cups"), None, "some/file.py"),
    ]


def test_template_texts_are_found_after_a_comment_on_the_same_line() -> None:
    django = (
        "{% load i18n %}\n{% comment %}It's the frame: side bar.{% endcomment %}\n"
        '  {# why #}<p title="{% trans "Up" %}">\n'
        "    {% blocktrans with n=1 trimmed %}\n    Hi {{ n }}\n    {% endblocktrans %}</p>"
    )
    assert [found.id for found in read_texts(django, place="some/templates/file.html")] == ["Up", "Hi %(n)s"]
    jinja = '{# why #}{{ _("Up") }}{{ ngettext("%(num)s cup", "%(num)s cups", 2) }}'
    assert [found.id for found in read_texts(jinja, place="some/jinja2/file.html")] == [
        "Up",
        ("%(num)s cup", "%(num)s cups"),
    ]


def test_each_fault_of_a_catalog_is_told() -> None:
    here = Catalog()
    for text in ("Whole", "New", "Empty", "Doubtful", "%(num)s cups"):
        here.add(text)
    kept = Catalog()
    kept.add("Whole", "整")
    kept.add("Empty", "")
    kept.add("Doubtful", "疑", flags=["fuzzy"])
    kept.add("%(num)s cups", "%(number)s 杯")
    kept.add("Gone", "无")
    assert list_untranslated(here, kept) == ["New", "Empty", "Doubtful"]
    assert list_misfilled(kept) == ["%(num)s cups"]
    assert list_gone(here, kept) == ["Gone"]
