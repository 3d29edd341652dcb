"""The names of columns in other shops' files, and what we call them.

Source: Shopify's product, inventory, customer and order CSV templates, the classic export and the current one; WooCommerce's
product exporter, in English and Chinese; and what merchants call these things in lists of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from storefront.transfer.enums import FileFormat, ImportKind


@dataclass(frozen=True, slots=True)
class Field:
    """One of our columns: its name for people, and all the names that files give it, the template's first."""

    label: str | Promise
    names: tuple[str, ...]
    is_needed: bool = False


def _field(label: str | Promise, *names: str, needed: bool = False) -> Field:
    return Field(label, names, needed)


PRODUCT_FIELDS: Mapping[str, Field] = {
    "handle": _field(_("Address in the store"), "Handle", "URL handle", "网址", "链接", "商品编号"),
    "title": _field(
        _("Title"),
        "Title",
        "Name",
        "Product name",
        "Item name",
        "Item",
        "Product",
        "商品名称",
        "名称",
        "标题",
        "商品标题",
        "品名",
        needed=True,
    ),
    "description": _field(_("Description"), "Body (HTML)", "Description", "商品描述", "描述", "详情", "商品详情"),
    "vendor": _field(_("Brand"), "Vendor", "Brand", "品牌", "厂商"),
    "category": _field(_("Category"), "Product Category", "Category", "Categories", "分类", "商品分类", "类目"),
    "type": _field(_("Kind of product"), "Type", "Product type", "类型", "商品类型"),
    "tags": _field(_("Tags"), "Tags", "标签"),
    "collections": _field(_("Collections"), "Collection", "Collections", "商品系列", "系列"),
    "published": _field(_("Published"), "Published", "Published on online store", "是否上架", "上架"),
    "status": _field(_("Status"), "Status", "状态"),
    "option1_name": _field(_("Name of option 1"), "Option1 Name", "选项1名称", "规格1名称"),
    "option1_value": _field(_("Value of option 1"), "Option1 Value", "选项1值", "规格1", "规格"),
    "option2_name": _field(_("Name of option 2"), "Option2 Name", "选项2名称", "规格2名称"),
    "option2_value": _field(_("Value of option 2"), "Option2 Value", "选项2值", "规格2"),
    "option3_name": _field(_("Name of option 3"), "Option3 Name", "选项3名称", "规格3名称"),
    "option3_value": _field(_("Value of option 3"), "Option3 Value", "选项3值", "规格3"),
    "sku": _field(
        _("SKU"), "Variant SKU", "SKU", "Article number", "Article no.", "Item number", "货号", "商品货号", "SKU编码"
    ),
    "barcode": _field(_("Barcode"), "Variant Barcode", "Variant Barcodes", "Barcode", "Barcodes", "条形码", "条码"),
    "price": _field(
        _("Price"),
        "Variant Price",
        "Price",
        "Selling price",
        "Retail price",
        "Sale price",
        "价格",
        "售价",
        "单价",
        "销售价",
    ),
    "compare_at": _field(
        _("Compare-at price"),
        "Variant Compare At Price",
        "Compare-at price",
        "Compare At Price",
        "原价",
        "划线价",
        "市场价",
    ),
    "cost": _field(_("Cost"), "Cost per item", "Cost", "成本", "成本价", "进价"),
    "taxable": _field(_("Charge tax"), "Variant Taxable", "Charge tax"),
    "tax_code": _field(_("Tax class"), "Variant Tax Code", "Tax code"),
    "tracker": _field(_("Stock is counted"), "Variant Inventory Tracker", "Inventory tracker"),
    "quantity": _field(
        _("Stock"),
        "Variant Inventory Qty",
        "Variant Inventory Quantity",
        "Inventory quantity",
        "Stock",
        "Quantity",
        "Qty",
        "Pieces",
        "库存",
        "数量",
        "库存数量",
    ),
    "policy": _field(_("Sell when out of stock"), "Variant Inventory Policy", "Continue selling when out of stock"),
    "grams": _field(_("Weight in grams"), "Variant Grams", "Weight value (grams)", "重量(克)", "重量（克）", "重量"),
    "requires_shipping": _field(_("Needs delivery"), "Variant Requires Shipping", "Requires shipping"),
    "unit_amount": _field(_("Unit price: contents"), "Unit Price Total Measure"),
    "unit": _field(_("Unit price: unit of the contents"), "Unit Price Total Measure Unit"),
    "base_amount": _field(_("Unit price: per"), "Unit Price Base Measure"),
    "base_unit": _field(_("Unit price: unit of the base"), "Unit Price Base Measure Unit"),
    "hs_code": _field(_("Customs code (HS)"), "HS Code"),
    "origin": _field(_("Country of origin"), "COO", "Country of origin", "原产国"),
    "image_url": _field(
        _("Picture’s address"), "Image Src", "Product image URL", "图片", "图片链接", "商品图片", "主图"
    ),
    "image_position": _field(_("Picture’s place"), "Image Position"),
    "image_alt": _field(_("Picture’s description"), "Image Alt Text"),
    "video_url": _field(_("Video’s address"), "Video URL", "视频", "视频链接"),
    "model_url": _field(_("3D model’s address (.glb)"), "3D model URL"),
    "usdz_url": _field(_("3D model’s address (.usdz)"), "3D model URL (USDZ)"),
    "variant_image": _field(_("Version’s picture"), "Variant Image", "Variant image URL"),
    "seo_title": _field(_("Title for search engines"), "SEO Title", "SEO标题"),
    "seo_description": _field(_("Text for search engines"), "SEO Description", "SEO描述"),
}

WOO_FIELDS: Mapping[str, Field] = {
    "woo_id": _field(_("Number in WooCommerce"), "ID"),
    "woo_type": _field(_("Kind (simple, variable, variation)"), "Type", "类型", "類型", needed=True),
    "sku": _field(_("SKU"), "SKU", "货号", "貨號"),
    "barcode": _field(_("Barcode"), "GTIN, UPC, EAN, or ISBN", "GTIN、UPC、EAN 或 ISBN", "GTIN、UPC、EAN或ISBN"),
    "title": _field(_("Title"), "Name", "名称", "名稱", needed=True),
    "published": _field(_("Published"), "Published", "已发布", "已發佈"),
    "visibility": _field(_("Visible in the catalog"), "Visibility in catalog", "在列表页可见", "目录可见性"),
    "short_description": _field(_("Short description"), "Short description", "简短描述", "简短说明"),
    "description": _field(_("Description"), "Description", "描述", "说明"),
    "sale_from": _field(_("Sale begins"), "Date sale price starts", "促销价格开始日期", "促销价开始日期"),
    "sale_until": _field(_("Sale ends"), "Date sale price ends", "促销价格结束日期", "促销价结束日期"),
    "tax_status": _field(_("Charge tax"), "Tax status", "税状态", "税务状态"),
    "tax_code": _field(_("Tax class"), "Tax class", "税类", "税种", "税级"),
    "in_stock": _field(_("In stock"), "In stock?", "有货？", "有货?", "有库存？"),
    "quantity": _field(_("Stock"), "Stock", "库存"),
    "backorders": _field(
        _("Sell when out of stock"), "Backorders allowed?", "允许缺货下单？", "允许延期交货？", "允许缺货下单?"
    ),
    "weight": _field(
        _("Weight"),
        "Weight (kg)",
        "Weight (g)",
        "Weight (lbs)",
        "Weight (oz)",
        "重量（kg）",
        "重量(kg)",
        "重量 (kg)",
        "重量 (千克)",
    ),
    "sale_price": _field(_("Sale price"), "Sale price", "促销价格", "促销价", "特价"),
    "price": _field(_("Regular price"), "Regular price", "常规售价", "常规价格", "原价"),
    "category": _field(_("Category"), "Categories", "分类", "分類"),
    "tags": _field(_("Tags"), "Tags", "标签", "標籤"),
    "images": _field(_("Pictures’ addresses"), "Images", "图片", "图像", "圖片"),
    "parent": _field(_("Parent product"), "Parent", "父级", "上级", "父产品"),
    "cost": _field(_("Cost"), "Cost of goods", "销售成本", "商品成本"),
    "brand": _field(_("Brand"), "Brands", "Brand", "品牌"),
    "position": _field(_("Place among its versions"), "Position", "位置"),
}

# A file of our own: no other shop has one.
GROUP_FIELDS: Mapping[str, Field] = {
    "group_kind": _field(_("Collection or category"), "Kind", "类别", needed=True),
    "handle": _field(_("Address in the store"), "Handle", "URL handle", "网址", "链接"),
    "parent": _field(_("Category above it"), "Parent", "上级分类"),
    "title": _field(_("Title"), "Title", "标题", "名称", needed=True),
    "description": _field(_("Description"), "Description", "描述"),
    "seo_title": _field(_("Title for search engines"), "SEO Title", "SEO标题"),
    "seo_description": _field(_("Text for search engines"), "SEO Description", "SEO描述"),
    "visible": _field(_("Shoppers can see it"), "Visible"),
    "filled_by": _field(_("Filled by hand or by rule"), "Filled by"),
    "rules": _field(_("Rules"), "Rules"),
    "match": _field(_("Whether all rules have to fit"), "Match"),
}

INVENTORY_FIELDS: Mapping[str, Field] = {
    "handle": _field(_("Address in the store"), "Handle", "URL handle", needed=True),
    "title": _field(_("Title"), "Title"),
    "option1_value": _field(_("Value of option 1"), "Option1 Value"),
    "option2_value": _field(_("Value of option 2"), "Option2 Value"),
    "option3_value": _field(_("Value of option 3"), "Option3 Value"),
    "sku": _field(_("SKU"), "SKU", "货号"),
    "hs_code": _field(_("Customs code (HS)"), "HS Code"),
    "origin": _field(_("Country of origin"), "COO"),
    "location": _field(_("Warehouse"), "Location", "仓库", "地点"),
    "current": _field(_("On hand when the list was made"), "On hand (current)", "On hand"),
    "new": _field(_("On hand, new"), "On hand (new)", "库存", needed=True),
}

CUSTOMER_FIELDS: Mapping[str, Field] = {
    "email": _field(_("E-mail"), "Email", "E-mail", "邮箱", "电子邮箱", "电子邮件", needed=True),
    "external_id": _field(_("Number in the other shop"), "Customer ID"),
    "first_name": _field(_("First name"), "First Name", "名", "姓名"),
    "last_name": _field(_("Last name"), "Last Name", "姓"),
    "accepts_marketing": _field(_("Wants news by mail"), "Accepts Email Marketing", "Accepts Marketing"),
    "company": _field(_("Company"), "Default Address Company", "Company", "公司"),
    "line1": _field(_("Address"), "Default Address Address1", "Address1", "地址"),
    "line2": _field(_("Address, second line"), "Default Address Address2", "Address2"),
    "city": _field(_("City"), "Default Address City", "City", "城市"),
    "province": _field(_("Province"), "Default Address Province Code", "Province", "Province Code", "省份", "省"),
    "country": _field(_("Country"), "Default Address Country Code", "Country Code", "Country", "国家"),
    "postcode": _field(_("Post code"), "Default Address Zip", "Zip", "邮编"),
    "address_phone": _field(_("Phone of the address"), "Default Address Phone"),
    "phone": _field(_("Phone"), "Phone", "电话", "手机", "手机号"),
    "spent": _field(_("Spent so far"), "Total Spent"),
    "orders": _field(_("Orders so far"), "Total Orders"),
    "note": _field(_("Note"), "Note", "备注"),
    "tags": _field(_("Tags"), "Tags", "标签"),
}

ORDER_FIELDS: Mapping[str, Field] = {
    "name": _field(_("Order number"), "Name", "订单号", "订单编号", needed=True),
    "email": _field(_("E-mail"), "Email", "邮箱"),
    "financial_status": _field(_("Payment"), "Financial Status"),
    "paid_at": _field(_("Paid at"), "Paid at"),
    "fulfillment_status": _field(_("Fulfillment"), "Fulfillment Status"),
    "fulfilled_at": _field(_("Sent at"), "Fulfilled at"),
    "accepts_marketing": _field(_("Wants news by mail"), "Accepts Marketing"),
    "currency": _field(_("Currency"), "Currency", "货币"),
    "subtotal": _field(_("Subtotal"), "Subtotal"),
    "shipping": _field(_("Delivery"), "Shipping"),
    "taxes": _field(_("Tax"), "Taxes"),
    "total": _field(_("Total"), "Total", "订单金额", "总计", needed=True),
    "discount": _field(_("Discount"), "Discount Amount"),
    "shipping_method": _field(_("Delivery method"), "Shipping Method"),
    "created_at": _field(_("Ordered at"), "Created at", "下单时间", needed=True),
    "quantity": _field(_("Quantity of the line"), "Lineitem quantity", "数量", needed=True),
    "line_name": _field(_("Product of the line"), "Lineitem name", "商品名称", needed=True),
    "price": _field(_("Price of the line"), "Lineitem price", "单价", needed=True),
    "sku": _field(_("SKU of the line"), "Lineitem sku", "货号"),
    "line_requires_shipping": _field(_("The line needs delivery"), "Lineitem requires shipping"),
    "line_status": _field(_("Fulfillment of the line"), "Lineitem fulfillment status"),
    "line_discount": _field(_("Discount of the line"), "Lineitem discount"),
    "address_name": _field(_("Recipient"), "Shipping Name", "Billing Name", "收货人"),
    "address_company": _field(_("Company"), "Shipping Company"),
    "address_line1": _field(_("Address"), "Shipping Address1", "Shipping Street", "收货地址"),
    "address_line2": _field(_("Address, second line"), "Shipping Address2"),
    "address_city": _field(_("City"), "Shipping City"),
    "address_postcode": _field(_("Post code"), "Shipping Zip"),
    "address_province": _field(_("Province"), "Shipping Province"),
    "address_country": _field(_("Country"), "Shipping Country"),
    "address_phone": _field(_("Phone of the address"), "Shipping Phone"),
    "note": _field(_("Note"), "Notes", "备注"),
    "canceled_at": _field(_("Canceled at"), "Cancelled at"),
    "refunded": _field(_("Refunded"), "Refunded Amount"),
    "phone": _field(_("Phone"), "Phone"),
}

FIELDS: Mapping[tuple[ImportKind, FileFormat], Mapping[str, Field]] = {
    (ImportKind.PRODUCTS, FileFormat.SHOPIFY): PRODUCT_FIELDS,
    (ImportKind.PRODUCTS, FileFormat.WOOCOMMERCE): WOO_FIELDS,
    (ImportKind.GROUPS, FileFormat.SHOPIFY): GROUP_FIELDS,
    (ImportKind.INVENTORY, FileFormat.SHOPIFY): INVENTORY_FIELDS,
    (ImportKind.CUSTOMERS, FileFormat.SHOPIFY): CUSTOMER_FIELDS,
    (ImportKind.ORDERS, FileFormat.SHOPIFY): ORDER_FIELDS,
}


# Our columns whose numbers may have decimals.
AMOUNTS = frozenset(
    (
        *("price", "compare_at", "cost", "sale_price", "unit_amount", "base_amount", "grams", "weight", "spent"),
        *("subtotal", "shipping", "taxes", "total", "discount", "line_discount", "refunded"),
    )
)


def list_fields(kind: ImportKind, file_format: FileFormat) -> Mapping[str, Field]:
    """Return what a file of this kind and format may hold, by our name of the column."""
    return FIELDS.get((kind, file_format), FIELDS[kind, FileFormat.SHOPIFY])


def template_header(kind: ImportKind) -> list[str]:
    """Return the header row of the file that merchants may fill in."""
    return [field.names[0] for field in FIELDS[kind, FileFormat.SHOPIFY].values()]
