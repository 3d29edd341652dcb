"""The drawings of the icons, by name: 20 units for the work tool, 24 for the storefront, 12 for status shapes."""

from typing import Final

WORK: Final[dict[str, str]] = {
    "home": '<path d="M3 9.2 10 3.5l7 5.7V16a1 1 0 0 1-1 1h-3.5v-5h-5v5H4a1 1 0 0 1-1-1z"/>',
    "orders": '<path d="M3 11.5 5 4h10l2 7.5V16H3z"/><path d="M3 11.5h4l1 2h4l1-2h4"/>',
    "products": (
        '<path d="M10.5 3H16a1 1 0 0 1 1 1v5.5l-7.3 7.3a1 1 0 0 1-1.4 0l-5.1-5.1a1 1 0 0 1 0-1.4z"/><circle '
        'cx="13.3" cy="6.7" r="1"/>'
    ),
    "customers": '<circle cx="10" cy="7" r="3.2"/><path d="M3.8 17c.6-3.4 3-5 6.2-5s5.6 1.6 6.2 5"/>',
    "discounts": (
        '<rect x="2.8" y="2.8" width="14.4" height="14.4" rx="4"/><path d="m7 13 6-6"/><circle cx="7.4" '
        'cy="7.4" r=".9"/><circle cx="12.6" cy="12.6" r=".9"/>'
    ),
    "analytics": '<path d="M3 17h14M5.5 17v-5M10 17V5M14.5 17V9"/>',
    "recommendations": '<path d="M9 3.5l1.6 4 4 1.6-4 1.6-1.6 4-1.6-4-4-1.6 4-1.6zM15.5 13.5v4M13.5 15.5h4"/>',
    "support": '<path d="M4 4h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H9l-4 3v-3H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z"/>',
    "store": (
        '<path d="M3.5 8 5 3.5h10L16.5 8v1a2 2 0 0 1-4.3 0 2.2 2.2 0 0 1-4.4 0A2 2 0 0 1 3.5 9zM4.5 11v5.5h11V11"/>'
    ),
    "settings": (
        '<path d="M3 6h7M14 6h3M3 14h3M10 14h7"/><circle cx="12" cy="6" r="2"/><circle cx="8" cy="14" r="2"/>'
    ),
    "search": '<circle cx="9" cy="9" r="5"/><path d="m13 13 3.5 3.5"/>',
    "external": '<path d="M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7"/>',
    "bell": '<path d="M5 14V9a5 5 0 0 1 10 0v5l1.5 1h-13zM8.5 17.5h3"/>',
    "clock": '<circle cx="10" cy="10" r="7"/><path d="M10 6v4.2l2.8 1.6"/>',
    "more": '<circle cx="4.5" cy="10" r=".6"/><circle cx="10" cy="10" r=".6"/><circle cx="15.5" cy="10" r=".6"/>',
    "calendar": '<rect x="3.5" y="4.5" width="13" height="12" rx="1.5"/><path d="M3.5 8.5h13M7 3v3M13 3v3"/>',
    "filter": '<path d="M3 5h14M6 10h8M8.5 15h3"/>',
    "arrow-up": '<path d="M10 15.5v-11M5.5 9 10 4.5 14.5 9"/>',
    "arrow-down": '<path d="M10 4.5v11M5.5 11l4.5 4.5 4.5-4.5"/>',
    "menu": '<path d="M3.5 6h13M3.5 10h13M3.5 14h13"/>',
    "warning": '<path d="M10 3.5 17.5 16h-15zM10 8.5v3.5M10 14.2v.1"/>',
    "info": '<circle cx="10" cy="10" r="7"/><path d="M10 9.2v4.3M10 6.6v.1"/>',
    "check": '<path d="m4.5 10.5 3.5 3.5 7.5-8"/>',
    "package": '<path d="M3.5 6.5 10 3.5l6.5 3v7L10 16.5l-6.5-3zM3.5 6.5 10 9.5l6.5-3M10 9.5v7"/>',
    "bolt": '<path d="M11 2.5 4.5 11.5h5L9 17.5l6.5-9h-5z"/>',
    "mail": '<rect x="2.5" y="4.5" width="15" height="11" rx="1.5"/><path d="m3 6 7 5 7-5"/>',
    "flag": '<path d="M5 17V4M5 4.5h9l-1.5 3 1.5 3H5"/>',
    "shield": '<path d="M10 2.8 16 5v5c0 3.5-2.5 6-6 7.2C6.5 16 4 13.5 4 10V5z"/>',
    "note": '<path d="M4 3.5h12v9l-4 4H4zM12 16.5v-4h4"/>',
    "plus": '<path d="M10 4v12M4 10h12"/>',
    "minus": '<path d="M4 10h12"/>',
    "lock": '<rect x="4.5" y="9" width="11" height="7.5" rx="1.5"/><path d="M7 9V6.5a3 3 0 0 1 6 0V9"/>',
    "card": '<rect x="2.5" y="4.5" width="15" height="11" rx="1.5"/><path d="M2.5 8.5h15M5.5 12.5h3"/>',
    "return": '<path d="M7 4 3.5 7.5 7 11M3.5 7.5H12a4.5 4.5 0 0 1 0 9H8"/>',
    "download": '<path d="M10 4v10M6 10l4 4 4-4M4 16.5h12"/>',
    "upload": '<path d="M10 14V4M6 8l4-4 4 4M4 16.5h12"/>',
    "chevron-down": '<path d="m5 8 5 5 5-5"/>',
    "chevron-left": '<path d="m12 5-5 5 5 5"/>',
    "chevron-right": '<path d="m8 5 5 5-5 5"/>',
    "print": '<path d="M6 8V3.5h8V8M6 14H3.5V8h13v6H14M6 12h8v4.5H6z"/>',
    "copy": (
        '<rect x="7" y="7" width="9.5" height="9.5" rx="1.5"/><path d="M13 7V4.5a1 1 0 0 0-1-1H4.5a1 1 0 0 '
        '0-1 1V12a1 1 0 0 0 1 1H7"/>'
    ),
    "close": '<path d="m5.5 5.5 9 9M14.5 5.5l-9 9"/>',
    "sort": '<path d="M6 4v12M6 16l-3-3M6 16l3-3M14 16V4M14 4l-3 3M14 4l3 3"/>',
    "columns": '<rect x="3" y="4" width="14" height="12" rx="1.5"/><path d="M8 4v12M12.5 4v12"/>',
    "cube": '<path d="m10 2.8 6.3 3.5v7.3L10 17.2l-6.3-3.6V6.3zM3.7 6.3 10 10l6.3-3.7M10 10v7.2"/>',
    "pin": '<path d="M7.5 3h5L12 8l2.5 3h-9L8 8zM10 11v6"/>',
    "eye": '<path d="M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z"/><circle cx="10" cy="10" r="2.3"/>',
    "eye-off": (
        '<path d="m3.5 3.5 13 13M8 5.3A8 8 0 0 1 10 5c5 0 8 5 8 5a13 13 0 0 1-2.5 3M5 6.6A13 13 0 0 0 2 10s3 '
        '5 8 5c1 0 2-.2 2.8-.5"/>'
    ),
    "globe": (
        '<circle cx="10" cy="10" r="7"/><path d="M3 10h14M10 3c2.5 2 3 4.5 3 7s-.5 5-3 7c-2.5-2-3-4.5-3-7s.5-5 3-7z"/>'
    ),
    "attach": (
        '<path d="m15.5 9-6 6a3.2 3.2 0 0 1-4.6-4.6l6.5-6.5a2.2 2.2 0 0 1 3.1 3.1l-6.4 6.4a1 1 0 0 1-1.5-1.5l5.7-5.7"/>'
    ),
    "edit": '<path d="M12.5 4.5l3 3L7 16H4v-3zM10.5 6.5l3 3"/>',
    "trash": '<path d="M4 6h12M8 6V4h4v2M5.5 6l.7 10.5h7.6L14.5 6M8.5 9v4.5M11.5 9v4.5"/>',
    "image": (
        '<rect x="3" y="4" width="14" height="12" rx="1.5"/><circle cx="7.2" cy="8" r="1.3"/><path d="m3.5 '
        '14.5 4-3.5 3 2.5 2.8-3 3.2 3.5"/>'
    ),
    "truck": (
        '<path d="M2 5.5h9.5v8.5H2zM11.5 8.5h3.3l3.2 3V14h-6.5"/><circle cx="6" cy="14.5" r="1.7"/><circle '
        'cx="14.5" cy="14.5" r="1.7"/>'
    ),
    "play": '<path d="M6.5 4v12L16 10z"/>',
    "star": '<path d="m10 3 2.1 4.5 4.9.6-3.6 3.4.9 4.9-4.3-2.4-4.3 2.4.9-4.9L3 8.1l4.9-.6z"/>',
    "refresh": '<path d="M15.5 7.5A6 6 0 1 0 16 11M16 4v3.5h-3.5"/>',
    "key": '<circle cx="7" cy="13" r="3.2"/><path d="m9.3 10.7 6.2-6.2M13 7l2.5 2.5"/>',
    "link": (
        '<path d="m8 12 4-4M8.7 6 10.5 4.2a3.7 3.7 0 0 1 5.3 5.3L14 11.3M11.3 14l-1.8 1.8a3.7 3.7 0 0 '
        '1-5.3-5.3L6 8.7"/>'
    ),
    "logout": '<path d="M12 4H4.5v12H12M9 10h8M14 7l3 3-3 3"/>',
    "people": (
        '<circle cx="7.5" cy="7.5" r="2.7"/><path d="M2.5 16c.5-2.9 2.5-4.3 5-4.3s4.5 1.4 5 4.3M12.5 5a2.6 '
        '2.6 0 0 1 0 5M14.5 12c1.7.5 2.7 1.9 3 4"/>'
    ),
    "wallet": '<rect x="3" y="5" width="14" height="11" rx="1.5"/><path d="M3 8.5V6.5L13.5 3.5V5M13 10.5h4"/>',
    "list": '<path d="M7 5.5h10M7 10h10M7 14.5h10M3.5 5.5h.1M3.5 10h.1M3.5 14.5h.1"/>',
    "grid": (
        '<rect x="3.5" y="3.5" width="5.5" height="5.5" rx="1"/><rect x="11" y="3.5" width="5.5" '
        'height="5.5" rx="1"/><rect x="3.5" y="11" width="5.5" height="5.5" rx="1"/><rect x="11" y="11" '
        'width="5.5" height="5.5" rx="1"/>'
    ),
}

STORE: Final[dict[str, str]] = {
    "menu": '<path d="M4 7h16M4 12h16M4 17h10"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
    "account": '<circle cx="12" cy="8.5" r="3.8"/><path d="M4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5"/>',
    "cart": '<path d="M5.5 8.5h13l1 11.5h-15zM9 11V7a3 3 0 0 1 6 0v4"/>',
    "home": '<path d="M4 11 12 4l8 7v9h-5.5v-6h-5v6H4z"/>',
    "card": '<rect x="3.5" y="6" width="17" height="12.5" rx="2"/><path d="M3.5 10.5h17M7 15h3.5"/>',
    "chevron-right": '<path d="m9.5 6 6 6-6 6"/>',
    "chevron-left": '<path d="m14.5 6-6 6 6 6"/>',
    "chevron-down": '<path d="m6 9.5 6 6 6-6"/>',
    "why": (
        '<path d="M9.5 14.5 14.5 9.5M10.5 7l2-2a4.5 4.5 0 0 1 6.4 6.4l-2 2M13.5 17l-2 2a4.5 4.5 0 0 1-6.4-6.4l2-2"/>'
    ),
    "play": '<path d="M8 5v14l11-7z"/>',
    "cube": '<path d="m12 3.5 7.5 4.2v8.6L12 20.500l-7.500-4.200V7.700zM4.500 7.700 12 12l7.500-4.300M12 12v8.500"/>',
    "star": '<path d="m12 3 2.7 5.8 6.3.8-4.6 4.4 1.2 6.3L12 17.2 6.4 20.3 7.6 14 3 9.6l6.3-.8z"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8v.2"/>',
    "minus": '<path d="M6 12h12"/>',
    "plus": '<path d="M12 6v12M6 12h12"/>',
    "lock": '<rect x="5.5" y="10.5" width="13" height="9.5" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>',
    "warning": '<path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.2"/>',
    "close": '<path d="m7 7 10 10M17 7 7 17"/>',
    "filters": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>',
    "truck": (
        '<path d="M2.5 6.5H14v10H2.5zM14 10h4l3.5 3.5v3H14"/><circle cx="7" cy="17.5" r="2"/><circle cx="17" '
        'cy="17.5" r="2"/>'
    ),
    "return": '<path d="M4 9h10.5a5 5 0 0 1 0 10H8M4 9l4-4M4 9l4 4"/>',
    "repair": (
        '<path d="M14.5 6.5a4.5 4.5 0 0 1 5.5-1l-2.8 2.8 1.5 1.5L21.5 7a4.5 4.5 0 0 1-6 5.7L8 20.2a2 2 0 0 '
        '1-3-3l7.5-7.5a4.5 4.5 0 0 1 2-3.2z"/>'
    ),
    "support": '<path d="M4 5.5h16v11h-8.5L7 20v-3.5H4z"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "bell": '<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4"/>',
    "shield": '<path d="M12 3.5 5 6v6c0 4.5 3 7 7 8.5 4-1.5 7-4 7-8.5V6z"/><path d="m9 12 2.2 2.2L15.2 10"/>',
    "grid": (
        '<rect x="4" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="4" width="6.5" height="6.5" '
        'rx="1.5"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="13.5" '
        'width="6.5" height="6.5" rx="1.5"/>'
    ),
    "mail": '<rect x="3" y="5.5" width="18" height="13" rx="1.5"/><path d="m3.5 7 8.5 6 8.5-6"/>',
    "heart": '<path d="M12 20S3.5 15 3.5 9a4.5 4.5 0 0 1 8.5-2 4.5 4.5 0 0 1 8.5 2c0 6-8.5 11-8.5 11z"/>',
    "download": '<path d="M12 4.5v11M7.5 11l4.5 4.5L16.5 11M5 19.5h14"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.2l3.5 2"/>',
    "share": '<path d="M12 14.5V4M8 7.5 12 3.5l4 4M5.5 11.5V20h13v-8.5"/>',
    "flag": '<path d="M6 20.5v-16M6 5h11.5l-2 3.5 2 3.5H6"/>',
    "edit": '<path d="m5 19 .8-3.8L16 5l3 3L8.8 18.2z"/>',
    "trash": '<path d="M5 7h14M9.500 7V4.500h5V7M7 7l.8 12.5h8.4L17 7"/>',
    "globe": (
        '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c3 2.4 3.7 5.4 3.7 8.5s-.7 6.1-3.7 '
        '8.5c-3-2.4-3.7-5.4-3.7-8.5s.7-6.1 3.7-8.5z"/>'
    ),
}

STATUS: Final[dict[str, str]] = {
    "none": '<circle cx="6" cy="6" r="4.5" stroke-dasharray="1.8 1.73"/>',
    "half": '<circle cx="6" cy="6" r="4.5"/><path d="M6 3.5a2.5 2.5 0 0 1 0 5z" fill="currentColor" stroke="none"/>',
    "done": '<circle cx="6" cy="6" r="4.5"/><path d="m4 6.2 1.4 1.4 2.8-2.9"/>',
    "wait": '<circle cx="6" cy="6" r="4.5"/><path d="M6 3.7V6l1.5 1"/>',
    "look": '<path d="M6 1.8 10.8 10H1.2zM6 5v2M6 8.6v0"/>',
    "fail": '<path d="m3.5 3.5 5 5M8.5 3.5l-5 5"/>',
    "away": '<path d="M3 6h6"/>',
    "hold": '<path d="M4 3v6M8 3v6"/>',
    "back": '<path d="M4.5 3 2 5.5 4.5 8M2 5.5h5a2.2 2.2 0 0 1 0 4.4H5"/>',
    "live": '<circle cx="6" cy="6" r="3" fill="currentColor" stroke="none"/>',
    "suggest": '<path d="M6 1.5 7.2 4.8 10.5 6 7.2 7.2 6 10.5 4.8 7.2 1.5 6l3.3-1.2z"/>',
}

# A second name for the same drawing.
WORK["sparkle"] = WORK["recommendations"]
