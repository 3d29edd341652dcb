"""The plans the platform starts with, as data."""

from typing import Any

LIMITS = ("products", "staff", "orders_a_month", "storage_gb", "api_calls_a_minute")

DEFAULT_PLANS: list[dict[str, Any]] = [
    {
        "code": "starter",
        "names": {"en": "Starter", "zh-hans": "入门版"},
        "summaries": {"en": "One person, first sales", "zh-hans": "一个人，从第一单开始"},
        "features": {
            "en": ["Your own address", "Cards, Alipay, WeChat Pay", "Best-seller recommendations"],
            "zh-hans": ["自己的网址", "银行卡、支付宝、微信支付", "畅销商品推荐"],
        },
        "prices": {("USD", "month"): 1900, ("USD", "year"): 19000, ("CNY", "month"): 12900, ("CNY", "year"): 129000},
        "limits": {"products": 100, "staff": 2, "orders_a_month": 200, "storage_gb": 2, "api_calls_a_minute": 60},
    },
    {
        "code": "growth",
        "names": {"en": "Growth", "zh-hans": "成长版"},
        "summaries": {"en": "A small team that sells every day", "zh-hans": "每天都有订单的小团队"},
        "features": {
            "en": ["Everything in Starter", "Recommendations that learn, and are measured", "Five colleagues"],
            "zh-hans": ["包含入门版全部功能", "会学习、有实测的商品推荐", "五位同事"],
        },
        "prices": {("USD", "month"): 4900, ("USD", "year"): 49000, ("CNY", "month"): 32900, ("CNY", "year"): 329000},
        "limits": {"products": 2500, "staff": 5, "orders_a_month": 1000, "storage_gb": 20, "api_calls_a_minute": 240},
        "is_recommended": True,
    },
    {
        "code": "scale",
        "names": {"en": "Scale", "zh-hans": "规模版"},
        "summaries": {"en": "Large catalogs and busy days", "zh-hans": "商品多、订单多"},
        "features": {
            "en": ["Everything in Growth", "50,000 products", "Twenty-five colleagues"],
            "zh-hans": ["包含成长版全部功能", "五万件商品", "二十五位同事"],
        },
        "prices": {("USD", "month"): 14900, ("USD", "year"): 149000, ("CNY", "month"): 99900, ("CNY", "year"): 999000},
        "limits": {
            "products": 50000,
            "staff": 25,
            "orders_a_month": 10000,
            "storage_gb": 200,
            "api_calls_a_minute": 1000,
        },
    },
]
