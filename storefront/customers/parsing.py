"""Read a Chinese address that was pasted in one piece: “张三 13812345678 浙江省杭州市西湖区文三路 1 号”."""

import re
import unicodedata

LONGEST = 400
PROVINCES = {
    **dict.fromkeys(("北京市", "天津市", "上海市", "重庆市")),
    **dict.fromkeys(
        ("河北省", "山西省", "辽宁省", "吉林省", "黑龙江省", "江苏省", "浙江省", "安徽省", "福建省", "江西省", "山东省", "河南省",
         "湖北省", "湖南省", "广东省", "海南省", "四川省", "贵州省", "云南省", "陕西省", "甘肃省", "青海省", "台湾省")
    ),
    "内蒙古自治区": None, "广西壮族自治区": None, "西藏自治区": None, "宁夏回族自治区": None, "新疆维吾尔自治区": None,
    "香港特别行政区": None, "澳门特别行政区": None,
}  # fmt: skip
_SHORT = {
    re.sub(r"(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$", "", full): full for full in PROVINCES
}
_PROVINCE = re.compile("|".join(sorted((*PROVINCES, *_SHORT), key=len, reverse=True)))
_CITY = re.compile(r"^([一-龥]{2,10}?(?:自治州|地区|市|盟))")
_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_POSTCODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_LABEL = re.compile(
    r"(收货人|收件人|姓名|联系人|手机号码|手机号|手机|联系电话|电话|详细地址|收货地址|所在地区|地址|邮政编码|邮编)\s*[:：]?\s*"
)
_BREAK = re.compile(r"[\s,，;；、|/]+")


def parse_chinese_address(text: str) -> dict[str, str]:
    """Return what could be read as columns of `Address`: name, phone, postcode, province, city, line1.

    What is not there is left out; an address that names no known province gives none of province and city.
    """
    rest = unicodedata.normalize("NFKC", text)[:LONGEST]
    found: dict[str, str] = {}
    phone = _PHONE.search(rest)
    if phone:
        found["phone"] = "".join(phone.groups())
        rest = f"{rest[: phone.start()]} {rest[phone.end() :]}"
    postcode = _POSTCODE.search(rest)
    if postcode:
        found["postcode"] = postcode.group()
        rest = f"{rest[: postcode.start()]} {rest[postcode.end() :]}"
    parts = [part for part in _BREAK.split(_LABEL.sub(" ", rest)) if part]
    start = next((index for index, part in enumerate(parts) if _PROVINCE.match(part)), None)
    if start is None:
        start = next((index for index, part in enumerate(parts) if len(part) > 4), len(parts))
    names = [part for part in parts[:start] if 2 <= len(part) <= 15]
    street = parts[start:]
    if (
        not names
        and len(street) > 1
        and 2 <= len(street[-1]) <= 4
        and not re.search(r"[\d号室楼幢栋村路街]", street[-1])
    ):
        names = [street.pop()]
    if names:
        found["name"] = names[0]
    return {**found, **_split_place("".join(street))}


def _split_place(place: str) -> dict[str, str]:
    province = _PROVINCE.match(place)
    if province is None:
        return {"line1": place[:200]} if place else {}
    full = province.group() if province.group() in PROVINCES else _SHORT[province.group()]
    rest = place[province.end() :]
    found = {"province": full}
    if full.endswith("市"):  # a city that is its own province
        found["city"] = full
        rest = rest.removeprefix(full).removeprefix("市辖区")
    elif city := _CITY.match(rest):
        found["city"] = city.group()
        rest = rest[city.end() :]
    if rest:
        found["line1"] = rest[:200]
    return found
