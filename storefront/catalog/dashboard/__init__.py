"""The merchant's pages for products."""

from django.urls import path

from storefront.catalog.dashboard.bulk import bulk, change, undo
from storefront.catalog.dashboard.currencies import product_prices
from storefront.catalog.dashboard.deeds import archive, duplicate
from storefront.catalog.dashboard.draft import draft, new_draft
from storefront.catalog.dashboard.edit import product
from storefront.catalog.dashboard.gift_card import new_gift_card
from storefront.catalog.dashboard.grid import grid
from storefront.catalog.dashboard.list import products
from storefront.catalog.dashboard.media import media
from storefront.catalog.dashboard.new import new
from storefront.catalog.dashboard.qr import qr_code
from storefront.catalog.dashboard.text_pictures import text_picture
from storefront.catalog.dashboard.variants import options
from storefront.catalog.dashboard.version import version
from storefront.catalog.dashboard.views import drop_view, keep_view

urlpatterns = [
    path("", products, name="dashboard_products"),
    path("new/", new, name="dashboard_product_new"),
    path("gift-card/", new_gift_card, name="dashboard_product_gift_card"),
    path("bulk/", bulk, name="dashboard_products_bulk"),
    path("undo/", undo, name="dashboard_products_undo"),
    path("changes/<int:pk>/", change, name="dashboard_products_change"),
    path("grid/", grid, name="dashboard_products_grid"),
    path("text-pictures/", text_picture, name="dashboard_text_picture"),
    path("views/", keep_view, name="dashboard_products_view_keep"),
    path("views/<int:pk>/delete/", drop_view, name="dashboard_products_view_drop"),
    path("<int:pk>/", product, name="dashboard_product"),
    path("<int:pk>/options/", options, name="dashboard_product_options"),
    path("versions/<int:pk>/", version, name="dashboard_product_version"),
    path("new/draft/", new_draft, name="dashboard_product_new_draft"),
    path("<int:pk>/draft/", draft, name="dashboard_product_draft"),
    path("<int:pk>/qr.svg", qr_code, name="dashboard_product_qr"),
    path("<int:pk>/duplicate/", duplicate, name="dashboard_product_duplicate"),
    path("<int:pk>/archive/", archive, name="dashboard_product_archive"),
    path("<int:pk>/prices/", product_prices, name="dashboard_product_prices"),
    path("<int:pk>/media/", media, name="dashboard_product_media"),
]
