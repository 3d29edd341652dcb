"""A Chinese address pasted in one piece is read into its parts."""

import pytest

from storefront.customers.parsing import parse_chinese_address

WHOLE = {"name": "张三", "phone": "13812345678", "province": "浙江省", "city": "杭州市", "line1": "西湖区文三路1号"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张三 13812345678 浙江省杭州市西湖区文三路1号", WHOLE),
        ("张三，138-1234-5678，浙江省杭州市西湖区文三路1号", WHOLE),
        ("收货人：张三\n手机号码：+86 13812345678\n所在地区：浙江省杭州市西湖区\n详细地址：文三路1号", WHOLE),
        ("浙江杭州市西湖区文三路1号 张三 13812345678", WHOLE),
        ("１３８１２３４５６７８ 张三 浙江省 杭州市 西湖区 文三路1号", WHOLE),
        ("李四 13900001111 北京市朝阳区建国路88号 100022",
         {"name": "李四", "phone": "13900001111", "postcode": "100022", "province": "北京市", "city": "北京市",
          "line1": "朝阳区建国路88号"}),
        ("欧阳娜娜 13700002222 新疆维吾尔自治区伊犁哈萨克自治州伊宁市解放路5号",
         {"name": "欧阳娜娜", "phone": "13700002222", "province": "新疆维吾尔自治区", "city": "伊犁哈萨克自治州",
          "line1": "伊宁市解放路5号"}),
        ("内蒙古锡林郭勒盟锡林浩特市额尔敦路9号", {"province": "内蒙古自治区", "city": "锡林郭勒盟",
          "line1": "锡林浩特市额尔敦路9号"}),
        ("", {}),
        ("你好", {"name": "你好"}),
    ],
)  # fmt: skip
def test_what_shoppers_paste_is_read(text: str, expected: dict[str, str]) -> None:
    assert parse_chinese_address(text) == expected


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "1" * 100_000, "\x00\ud800", "市" * 5000, "省市区" * 999]
)
def test_nothing_that_is_pasted_breaks_it(text: str) -> None:
    found = parse_chinese_address(text)
    assert all(len(value) <= 200 for value in found.values())
