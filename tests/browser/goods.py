"""What the journey sells: a picture, and files as Shopify exports them."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from PIL import Image, ImageDraw

PRODUCT_COLUMNS = (
    "Handle,Title,Body (HTML),Vendor,Tags,Published,Variant SKU,Variant Price,Variant Inventory Qty,Status"
)
ORDER_COLUMNS = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Name,Shipping City,Shipping Country"
)
SHELF = [
    *("Trail mug", "Camp kettle", "Tin plate", "Folding spoon", "Enamel bowl", "Rope, 10 m"),
    *("Wool socks", "Rain cape", "Felt hat", "Linen shirt", "Canvas apron", "Work gloves"),
]
LAST_BUYERS_EMAIL = "buyer19@example.com"


def picture() -> bytes:
    """Return a small PNG: a mug, more or less."""
    image = Image.new("RGB", (640, 800), "#d8cdb8")
    draw = ImageDraw.Draw(image)
    draw.ellipse((400, 330, 540, 520), outline="#7a3b22", width=34)
    draw.rounded_rectangle((170, 280, 450, 600), radius=28, fill="#a4512f")
    draw.ellipse((170, 250, 450, 320), fill="#5e2c19")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def three_products() -> bytes:
    """Return a product file with two good rows and one whose price is no price."""
    goods = [("Tin plate", "9.50", 40), ("Odd cup", "nine dollars", 3), ("Camp kettle", "39.00", 12)]
    return _file(PRODUCT_COLUMNS, *(_product(*one) for one in goods))


def shelf() -> bytes:
    """Return a product file with all of `SHELF`."""
    goods = [(title, f"{10 + number}.00", 90) for number, title in enumerate(SHELF)]
    return _file(PRODUCT_COLUMNS, *(_product(*one) for one in goods))


def of_brands(rows: Sequence[tuple[str, str, int, int]]) -> bytes:
    """Return a product file of (title, brand, price in hundredths, how many there are)."""
    return _file(
        PRODUCT_COLUMNS,
        *(
            [f"good-{number}", title, "", brand, "", "TRUE", f"G-{number}", f"{price / 100:.2f}", str(count), "active"]
            for number, (title, brand, price, count) in enumerate(rows)
        ),
    )


def sixty_orders(now: datetime) -> bytes:
    """Return an order file: twenty buyers, three orders each, one half of them after camp goods, the other after clothes."""
    rows = []
    for order in range(60):
        buyer, half = order % 20, order % 2
        wanted = [(order // 20 + buyer // 2 + step * 2) % 6 + half * 6 for step in range(2)]
        placed = (now - timedelta(days=70 - order)).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S +0000")
        total = sum(10 + number for number in wanted)
        for place, number in enumerate(wanted):
            head = [f"#{2001 + order}", f"buyer{buyer}@example.com"]
            paid = ["paid", placed, "fulfilled", placed, "USD", f"{total}.00", "0.00", "0.00", f"{total}.00"]
            sums = paid if place == 0 else [""] * len(paid)
            line = ["1", SHELF[number], f"{10 + number}.00", f"{_handle(SHELF[number])}-1"]
            rows.append([*head, *sums, placed, *line, f"Buyer {buyer}", "Portland", "US"])
    return _file(ORDER_COLUMNS, *rows)


def _product(title: str, price: str, quantity: int) -> list[str]:
    handle, text = _handle(title), f"<p>{title}, made to last.</p>"
    return [handle, title, text, "Northway", "", "TRUE", f"{handle}-1", price, str(quantity), "active"]


def _file(columns: str, *rows: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns.split(","))
    writer.writerows(rows)
    return text.getvalue().encode()


def _handle(title: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in title.lower()).split())
