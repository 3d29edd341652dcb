"""The cards of a product's page in the dashboard, in the order in which they stand; `storefront.catalog.cards` says what one is."""

_CATALOG = "storefront.catalog.dashboard.cards"

PRODUCT_CARDS = [
    f"{_CATALOG}.text.TextCard",
    f"{_CATALOG}.pictures.PicturesCard",
    f"{_CATALOG}.price.PriceCard",
    f"{_CATALOG}.stock.StockCard",
    f"{_CATALOG}.delivery.DeliveryCard",
    f"{_CATALOG}.versions.VersionsCard",
    f"{_CATALOG}.custom_fields.CustomFieldsCard",
    "storefront.inventory.dashboard.places.PlacesCard",
    "storefront.inventory.dashboard.cards.SetCard",
    "storefront.downloads.dashboard.card.FilesCard",
    f"{_CATALOG}.listing.ListingCard",
    f"{_CATALOG}.languages.LanguagesCard",
    "storefront.doctor.dashboard.card.DoctorCard",
    f"{_CATALOG}.status.StatusCard",
    f"{_CATALOG}.organization.OrganizationCard",
    f"{_CATALOG}.currencies.CurrenciesCard",
]
