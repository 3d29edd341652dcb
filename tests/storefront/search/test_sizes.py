"""Values of a filter that are sizes stand from the smallest to the largest."""

import pytest

from storefront.search.sizes import in_size_order


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["L", "M", "XL", "S"], ["S", "M", "L", "XL"]),
        (["42", "9", "38"], ["9", "38", "42"]),
        (["1 L", "150ml", "0.5 L"], ["150ml", "0.5 L", "1 L"]),
        (["250克", "1千克", "50克"], ["50克", "250克", "1千克"]),
        (["128GB", "1TB", "64GB"], ["64GB", "128GB", "1TB"]),
    ],
)
def test_sizes_of_one_kind_stand_from_small_to_large(values: list[str], expected: list[str]) -> None:
    assert in_size_order(values) == expected


@pytest.mark.parametrize("values", [["Brick", "Clay"], ["S", "Tall"], ["150ml", "150g"], ["S", "38"], []])
def test_values_that_are_not_all_sizes_of_one_kind_keep_the_order_by_count(values: list[str]) -> None:
    assert in_size_order(values) is None
