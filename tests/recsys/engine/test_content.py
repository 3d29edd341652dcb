"""Likeness of texts in Latin and Chinese writing."""

import numpy as np

from recsys.engine.content import ContentIndex, tokens
from recsys.engine.data import CatalogFrame

from .stores import NOW


def index_of(*texts, categories=None):
    n = len(texts)
    return ContentIndex(
        CatalogFrame.from_columns(
            products=range(n), texts=texts, available=[True] * n, created=[NOW] * n, categories=categories
        )
    )


def test_words_and_word_pairs_are_taken_without_markup():
    assert tokens("<p>Red <b>Mug</b> &amp; cup</p>") == ["red", "mug", "cup", "red mug", "mug cup"]


def test_chinese_runs_become_groups_of_two_to_four_characters():
    assert tokens("运动开衫 XL") == ["运动", "动开", "开衫", "运动开", "动开衫", "运动开衫", "xl"]


def test_chinese_products_of_one_kind_are_alike():
    cosines = index_of("女式运动开衫", "男式运动开衫", "不锈钢保温杯").similarity(np.array([0]))[0]
    assert cosines[1] > 0.3
    assert cosines[2] == 0.0


def test_a_shared_category_counts_as_likeness():
    cosines = index_of("alpha", "beta", "gamma", categories=["Mugs", "mugs ", "Lamps"]).similarity(np.array([0]))[0]
    assert cosines[1] > 0
    assert cosines[2] == 0


def test_products_without_any_text_are_like_nothing():
    assert index_of("", "  ", "!!!").similarity(np.array([0, 1, 2])).tolist() == [[0.0] * 3] * 3
