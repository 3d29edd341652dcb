"""Text is brought into the shape of where it goes."""

import pytest

from core.text import plain_words, shortened


def test_words_of_paragraphs_and_cells_stay_apart_and_those_of_one_word_together() -> None:
    html = "<h2>Wool</h2><p>Air it at <b>night</b>.<br/>If not,&nbsp;wash.</p><li>Cold</li><li>Flat</li><td>1</td><td>2</td>"
    assert plain_words(html) == "Wool Air it at night. If not, wash. Cold Flat 1 2"
    assert plain_words("一<strong>盏</strong>茶<p>a &lt; b</p>") == "一盏茶a < b"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<a href="/a" title="2 > 1">more</a> <img alt="a < b">here', "more here"),
        ("5 < 6 and <b>7 > 6</b>", "5 < 6 and 7 > 6"),
        ("<scr<b>ipt>made of two</b>", ""),
        ("<!-- unseen --><p>seen", "seen"),
        ("&lt;b&gt; is bold", "<b> is bold"),
    ],
)
def test_what_is_no_plain_tag_is_left_to_the_library(html: str, words: str) -> None:
    assert plain_words(html) == words


def test_a_text_is_cut_only_where_it_is_too_long() -> None:
    assert [shortened("a" * count, 5) for count in (4, 5, 6)] == ["aaaa", "aaaaa", "aaaa…"]
