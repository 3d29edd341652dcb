"""The tree of categories keeps its shape whatever is done to it."""

import random
from datetime import datetime
from pathlib import Path

import pytest

from core.events import _handlers, subscribe
from core.tenancy import in_tenant
from storefront.catalog.errors import CategoryNotFound, CategoryRefused, HandleTaken, PictureRefused
from storefront.catalog.events import HandleChanged
from storefront.catalog.models import Category, Product
from storefront.catalog.selectors import (
    get_category,
    list_ancestors,
    list_branches,
    list_category_choices,
    list_children,
    list_subtree_ids,
)
from storefront.catalog.services import (
    arrange_category,
    create_category,
    delete_category,
    move_category,
    set_category,
    set_category_cover,
    update_category,
)
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, picture_file, statements


def grow(title: str, parent: Category | None = None) -> Category:
    return create_category(title=title, parent_id=parent.pk if parent else None, actor=ACTOR, now=MADE_AT)


def drawn() -> list[str]:
    """Return the tree as lines: a dot a level, then the title."""
    return ["." * (branch.depth - 1) + branch.title for branch in list_branches()]


def check_shape() -> None:
    """Paths, depths and numbers of children agree with one another."""
    bad = Category.objects.find_problems()
    assert [list(one) for one in bad] == [[], [], [], [], []]


@pytest.mark.usefixtures("in_acme")
class TestTree:
    def test_it_grows_and_says_its_goods(self) -> None:
        table = grow("Tableware")
        mugs = grow("Mugs", table)
        grow("Bowls", table)
        make_product("A", status="draft")
        ids = [make_product("B").pk, make_product("C").pk]
        set_category(product_ids=ids, category_id=mugs.pk, actor=ACTOR, now=MADE_AT)
        set_category(product_ids=ids[:1], category_id=table.pk, actor=ACTOR, now=MADE_AT)
        with statements() as seen:
            rows = list_branches()
        assert len(seen) == 2
        assert [(one.title, one.own_count, one.total_count, one.is_first, one.is_last) for one in rows] == [
            ("Tableware", 1, 2, True, True),
            ("Mugs", 1, 1, True, False),
            ("Bowls", 0, 0, False, True),
        ]
        assert [label for _pk, label in list_category_choices()] == [
            "Tableware",
            "Tableware › Mugs",
            "Tableware › Bowls",
        ]
        check_shape()

    def test_buttons_move_by_one_and_stay_at_an_end(self) -> None:
        one, two, three = grow("1"), grow("2"), grow("3")

        def step(row: Category, way: str) -> list[str]:
            arrange_category(category_id=row.pk, step=way, actor=ACTOR, now=MADE_AT)  # type: ignore[arg-type]
            check_shape()
            return drawn()

        assert step(three, "up") == ["1", "3", "2"]
        assert step(three, "into") == ["1", ".3", "2"]
        assert step(two, "into") == ["1", ".3", ".2"]
        assert step(three, "down") == ["1", ".2", ".3"]
        assert step(two, "up") == ["1", ".2", ".3"]
        assert step(three, "out") == ["1", ".2", "3"]
        assert step(one, "up") == ["1", ".2", "3"]
        assert step(one, "out") == ["1", ".2", "3"]
        assert step(one, "down") == ["3", "1", ".2"]

    def test_a_branch_moves_with_all_under_it(self) -> None:
        a, b = grow("a"), grow("b")
        c = grow("c", a)
        grow("d", c)
        move_category(category_id=c.pk, target_id=b.pk, place="inside", actor=ACTOR, now=MADE_AT)
        assert drawn() == ["a", "b", ".c", "..d"]
        move_category(category_id=c.pk, target_id=None, place="inside", actor=ACTOR, now=MADE_AT)
        assert drawn() == ["a", "b", "c", ".d"]
        move_category(category_id=c.pk, target_id=a.pk, place="before", actor=ACTOR, now=MADE_AT)
        assert drawn() == ["c", ".d", "a", "b"]
        check_shape()

    def test_nothing_moves_under_itself_nor_too_deep(self) -> None:
        a = grow("a")
        chain = [a]
        for number in range(5):
            chain.append(grow(str(number), chain[-1]))
        with pytest.raises(CategoryRefused):
            grow("seventh", chain[-1])
        with pytest.raises(CategoryRefused):
            move_category(category_id=a.pk, target_id=chain[2].pk, place="inside", actor=ACTOR, now=MADE_AT)
        with pytest.raises(CategoryRefused):
            move_category(category_id=a.pk, target_id=a.pk, place="after", actor=ACTOR, now=MADE_AT)
        b = grow("b")
        with pytest.raises(CategoryRefused):
            move_category(category_id=a.pk, target_id=b.pk, place="inside", actor=ACTOR, now=MADE_AT)
        with pytest.raises(CategoryNotFound):
            move_category(category_id=a.pk, target_id=999_999, place="inside", actor=ACTOR, now=MADE_AT)
        check_shape()

    def test_what_stood_in_a_deleted_one_moves_up_and_its_address_leads_there(self) -> None:
        table = grow("Tableware")
        mugs = grow("Mugs", table)
        grow("First", table)
        grow("Travel mugs", mugs)
        product = make_product()
        set_category(product_ids=[product.pk], category_id=mugs.pk, actor=ACTOR, now=MADE_AT)
        heard: list[HandleChanged] = []
        subscribe(HandleChanged, heard.append)
        try:
            delete_category(category_id=mugs.pk, actor=ACTOR, now=MADE_AT)
            product.refresh_from_db()
            assert product.category_id == table.pk
            assert drawn() == ["Tableware", ".Travel mugs", ".First"]
            check_shape()
            assert delete_category(category_id=table.pk, actor=ACTOR, now=MADE_AT) is None
        finally:
            _handlers[HandleChanged].remove(heard.append)
        product.refresh_from_db()
        assert product.category_id is None
        assert drawn() == ["Travel mugs", "First"]
        assert heard == [HandleChanged("category", "mugs", "tableware")]

    def test_shoppers_see_no_branch_under_a_hidden_one(self) -> None:
        a = grow("a")
        b = grow("b", a)
        c = grow("c", b)
        grow("d", a)
        update_category(category_id=b.pk, title="b", is_visible=False, actor=ACTOR, now=MADE_AT)
        assert get_category("a").pk == a.pk
        for handle in ("b", "c", "nothing"):
            with pytest.raises(CategoryNotFound):
                get_category(handle)
        assert [one.title for one in list_children(a)] == ["d"]
        assert [one.title for one in list_children(a, is_visible=False)] == ["b", "d"]
        assert [one.title for one in list_ancestors(c)] == ["a", "b"]
        assert len(list_subtree_ids(a)) == 2
        assert len(list_subtree_ids(a, is_visible=False)) == 4

    @pytest.mark.parametrize("title", ["", " \n ", "x" * 121, "\0"])
    def test_a_title_is_needed(self, title: str) -> None:
        with pytest.raises(CategoryRefused):
            grow(title)
        assert drawn() == []

    def test_hostile_words_are_kept_as_words(self) -> None:
        row = grow("<script>alert(1)</script>")
        update_category(
            category_id=row.pk,
            title="a\u202eb\n{{ x }}",
            description_html="<p onclick=x>Fine<script>bad()</script></p>",
            seo_title="</title><script>",
            seo_description="x" * 9000,
            actor=ACTOR,
            now=MADE_AT,
        )
        row.refresh_from_db()
        assert (row.title, row.description_html) == ("a b {{ x }}", "<p>Fine</p>")
        assert len(row.seo_description) == 500

    def test_an_address_changes_once_and_never_to_anothers(self) -> None:
        mugs, cups = grow("Mugs"), grow("Cups")
        assert grow("Mugs").handle == "mugs-2"
        with pytest.raises(HandleTaken):
            update_category(category_id=cups.pk, title="Cups", handle="mugs", actor=ACTOR, now=MADE_AT)
        row = update_category(category_id=mugs.pk, title="Mugs", handle="Big Mugs!", actor=ACTOR, now=MADE_AT)
        assert row.handle == "big-mugs"

    def test_a_cover_is_a_picture_and_the_former_one_goes(self, media_root: Path, now: datetime) -> None:
        row = grow("Mugs")
        set_category_cover(category_id=row.pk, file=picture_file(), actor=ACTOR, now=now)
        row.refresh_from_db()
        first = row.cover["path"]
        assert (media_root / first).exists() or list(media_root.rglob("*.webp"))
        with pytest.raises(PictureRefused):
            set_category_cover(category_id=row.pk, file=picture_file(1, 1, "PDF"), actor=ACTOR, now=now)
        row.refresh_from_db()
        assert row.cover["path"] == first
        set_category_cover(category_id=row.pk, file=None, actor=ACTOR, now=now)
        row.refresh_from_db()
        assert row.cover == {}


def test_many_hands_at_once_leave_one_tree(committed_store: Tenant) -> None:
    """The control: without the lock on the tree, paths double or point at nothing within a few rounds."""
    with in_tenant(committed_store):
        roots = [grow(str(number)) for number in range(4)]
        for root in roots:
            for number in range(3):
                grow(f"{root.title}.{number}", root)
        ids = [branch.id for branch in list_branches()]
    chance = random.Random(7)
    deeds = [(chance.choice(ids), chance.choice(ids), chance.choice(["before", "after", "inside"])) for _ in range(40)]
    turn = iter(deeds)

    def work() -> None:
        with in_tenant(committed_store):
            for _ in range(8):
                one, other, place = next(turn)
                try:
                    move_category(category_id=one, target_id=other, place=place, actor=ACTOR, now=MADE_AT)
                except CategoryRefused:
                    continue
            grow("The same title")

    results = run_together(work, count=4)
    assert results == [None] * 4
    with in_tenant(committed_store):
        check_shape()
        assert sorted(branch.id for branch in list_branches() if branch.title != "The same title") == sorted(ids)
        handles = sorted(Category.objects.filter(title="The same title").values_list("handle", flat=True))
        assert handles == ["the-same-title", "the-same-title-2", "the-same-title-3", "the-same-title-4"]


def test_the_same_title_at_once_makes_goods_with_addresses_of_their_own(committed_store: Tenant) -> None:
    def work() -> str:
        with in_tenant(committed_store):
            return make_product("The same mug").handle

    results = sorted(str(one) for one in run_together(work, count=4))
    assert results == ["the-same-mug", "the-same-mug-2", "the-same-mug-3", "the-same-mug-4"]
    with in_tenant(committed_store):
        assert Product.objects.filter(title="The same mug").count() == 4
