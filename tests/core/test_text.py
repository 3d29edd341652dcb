"""Text is brought into the shape of where it goes."""

from core.text import plain_words


def test_words_of_paragraphs_and_cells_stay_apart_and_those_of_one_word_together() -> None:
    html = "<h2>Wool</h2><p>Air it at <b>night</b>.<br/>If not,&nbsp;wash.</p><li>Cold</li><li>Flat</li><td>1</td><td>2</td>"
    assert plain_words(html) == "Wool Air it at night. If not, wash. Cold Flat 1 2"
    assert plain_words("一<strong>盏</strong>茶<p>a &lt; b</p>") == "一盏茶a < b"
