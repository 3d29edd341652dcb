"""What can be wrong with products."""

from collections.abc import Mapping, Sequence

from core.errors import Conflict, InvalidInput, NotFound


class ProductNotFound(NotFound):
    code = "product_not_found"


class CollectionNotFound(NotFound):
    code = "collection_not_found"


class CategoryNotFound(NotFound):
    code = "category_not_found"


class CategoryRefused(InvalidInput):
    code = "category_refused"


class CollectionRefused(InvalidInput):
    code = "collection_refused"


class CustomFieldRefused(InvalidInput):
    code = "custom_field_refused"


class TaxClassRefused(InvalidInput):
    code = "tax_class_refused"


class ProductHeld(Conflict):
    """Something still needs the product; `reasons` says what, in sentences."""

    code = "product_held"

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


class GoodsBusy(Conflict):
    code = "goods_busy"


class HandleTaken(InvalidInput):
    code = "handle_taken"


class PriceRefused(InvalidInput):
    code = "price_refused"


class PriceListNotFound(NotFound):
    code = "price_list_not_found"


class PriceListRefused(InvalidInput):
    code = "price_list_refused"


class RatesFailed(Exception):
    """No exchange rates came; `code` says why: off, not_answered, not_readable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class VariantRefused(InvalidInput):
    code = "variant_refused"


class VariantsRefused(VariantRefused):
    """Some of many edits make no sense: `problems` is the refusal of each, by variant id. None of them was done."""

    code = "variants_refused"

    def __init__(self, problems: Mapping[int, InvalidInput]) -> None:
        first = next(iter(problems.values()))
        super().__init__(first.message, field=first.field)
        self.problems = dict(problems)


class PictureRefused(InvalidInput):
    code = "picture_refused"


class ChangeSetNotFound(NotFound):
    code = "change_set_not_found"


class UndoRefused(Conflict):
    code = "undo_refused"


class ShapeRefused(InvalidInput):
    code = "shape_refused"


class VideoRefused(InvalidInput):
    code = "video_refused"


class DraftRefused(InvalidInput):
    code = "draft_refused"


class CurrencyNotOffered(InvalidInput):
    code = "currency_not_offered"
    status = 400
