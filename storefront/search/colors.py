"""The colors that options are named after, for the dot beside their name."""

import re

from storefront.search.words import plain

_HEX = re.compile(r"#[0-9a-fA-F]{6}")

_NAMES = {
    "#1d1b18": "black ebony onyx jet 黑 黑色 亮黑色 曜石黑 雅黑 墨色",
    "#ffffff": "white 白 白色 雪白 珍珠白",
    "#f4ecdc": "cream ivory off-white ecru 米白 米色 奶油色 乳白 象牙白",
    "#e3d5b8": "beige sand oatmeal natural 杏色 沙色 卡其 卡其色",
    "#8f8b84": "gray grey silver 灰 灰色 银 银色 浅灰 浅灰色",
    "#4a4a4c": "charcoal graphite slate 深灰 深灰色 石墨 石墨色 炭灰",
    "#b3261e": "red crimson 红 红色 大红 正红",
    "#7b1e2b": "burgundy maroon wine 酒红 酒红色 紫红",
    "#b4553d": "clay terracotta rust brick 砖红 砖红色 赤陶 铁锈红",
    "#e06f2c": "orange tangerine 橙 橙色 橘色 橘红",
    "#e3a63a": "marigold mustard amber 姜黄 琥珀 琥珀色 万寿菊",
    "#f2cf3b": "yellow lemon 黄 黄色 柠檬黄",
    "#c9a24a": "gold brass 金 金色 香槟金 土豪金 黄铜",
    "#5f7f3a": "olive moss 橄榄绿 军绿 军绿色 苔绿",
    "#2f7d4f": "green 绿 绿色",
    "#2f5b4e": "spruce forest pine emerald 墨绿 墨绿色 松绿 祖母绿",
    "#9fc9b5": "mint sage celadon 薄荷绿 豆绿 青 青色 影青 青瓷",
    "#1f7a83": "teal petrol turquoise 青绿 孔雀绿 湖蓝",
    "#2b5fb3": "blue 蓝 蓝色 宝蓝",
    "#1c2f52": "navy indigo midnight 藏青 藏青色 藏蓝 深蓝 深蓝色",
    "#9cc3e6": "sky light-blue 天蓝 天蓝色 浅蓝 浅蓝色",
    "#6b4fa0": "purple violet 紫 紫色 鸢尾紫",
    "#c3b1e1": "lavender lilac 浅紫 薰衣草 丁香紫",
    "#e79bb0": "pink rose 粉 粉色 粉红 玫瑰 玫瑰金",
    "#6b4a32": "brown chocolate walnut 棕 棕色 咖啡色 褐色 巧克力色 胡桃",
    "#a9744f": "tan caramel copper 驼色 焦糖 焦糖色 紫铜",
}
_COLORS = {name: color for color, names in _NAMES.items() for name in names.split()}


def swatch(value: str) -> str:
    """Return the color that a value names, such as #2f5b4e for Spruce, or nothing."""
    return _COLORS.get("-".join(plain(value).split()), "")


def is_color(value: str) -> bool:
    """Tell whether a value is a color such as #2f5b4e."""
    return bool(_HEX.fullmatch(value))
