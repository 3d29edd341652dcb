"""What a store sells."""

from storefront.catalog.models.category import Category
from storefront.catalog.models.change import ChangeRow, ChangeSet
from storefront.catalog.models.collection import Collection, CollectionProduct
from storefront.catalog.models.custom_field import CustomField
from storefront.catalog.models.editing import ProductEditing
from storefront.catalog.models.goods import BundleItem, DigitalFile
from storefront.catalog.models.media import ProductImage
from storefront.catalog.models.price import ListPrice, PriceChange, PriceList
from storefront.catalog.models.product import Product, ProductVariant
from storefront.catalog.models.tax import TaxClass

__all__ = [
    "BundleItem",
    "Category",
    "ChangeRow",
    "ChangeSet",
    "Collection",
    "CollectionProduct",
    "CustomField",
    "DigitalFile",
    "ListPrice",
    "PriceChange",
    "PriceList",
    "Product",
    "ProductEditing",
    "ProductImage",
    "ProductVariant",
    "TaxClass",
]
