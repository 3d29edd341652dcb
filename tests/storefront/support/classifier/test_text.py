"""How a question is made plain."""

import pytest

from storefront.support.classifier.concepts import find_concepts
from storefront.support.classifier.text import normalize_text, split_units, split_words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Where's MY order #10482?!", "where's my order 0000"),
        ("Ｗｈｅｒｅ　is it", "where is it"),
        ("it\u2019s late", "it's late"),
        ("see https://example.com/x?y=1 or mail a.b@example.com", "see or mail"),
        ("我的order什么时候ship？", "我的 order 什么时候 ship"),
        ("3 pcs, 15寸", "0 pcs 00 寸"),
        ("a_b", "a b"),
        ("😀", ""),
    ],
)
def test_a_text_is_made_plain(text: str, plain: str) -> None:
    assert normalize_text(text) == plain


def test_chinese_is_cut_into_words_and_single_characters() -> None:
    assert split_words("我 要 退货 now") == ["我", "要", "退货", "now"]
    assert split_words("什么时候发货") == ["什么", "时候", "发货"]
    assert split_units("我要退货 now 0000") == ["我", "要", "退", "货", "now"]


def test_concepts_are_found_in_both_languages_and_only_as_whole_words() -> None:
    assert "refund" in find_concepts("i was refunded")
    assert "refund" in find_concepts("我要退款")
    assert "carrier" in find_concepts("ups lost it")
    assert "carrier" not in find_concepts("three cups")
    assert find_concepts("") == []
