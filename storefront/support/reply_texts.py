"""The words of suggested replies by language; {names} are filled in from the order, and the merchant edits them."""

from typing import Final

# Where only the merchant knows what to say; a reply that still holds one of these is not sent.
GAPS: Final = ("[Your answer]", "［请在此回答］")

REPLY_TEXTS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "hello": "Hi {name},",
        "hello_nameless": "Hello,",
        "bye": "Best wishes,\n{store}",
        "parcel_link": "Follow it here: {url}",
        "delivery.sent": "Thank you for asking. Your order {number} left us on {sent}.",
        "delivery.sent_with": "Thank you for asking. Your order {number} left us on {sent} with {carrier}.",
        "delivery.tracking": "The tracking number is {tracking}.",
        "delivery.due": "It should reach you {window}.",
        "delivery.late": (
            "It should have reached you by {to_date}. If it is not with you yet, tell us: we will look for the parcel "
            "and, if it is lost, send a new one or give your money back."
        ),
        "delivery.partly": "The rest of order {number} is still with us. You get an e-mail as soon as it leaves.",
        "delivery.not_sent": (
            "Thank you for asking. Your order {number} has not left us yet. You get an e-mail with the tracking number "
            "as soon as it does."
        ),
        "delivery.expected": "We expect it to reach you {window}.",
        "delivery.past": "It is later than we promised ({window}), and we are sorry. We are looking into it now.",
        "delivery.unpaid": (
            "Thank you for asking. Order {number} is waiting for its payment. We pack it as soon as that is here."
        ),
        "delivery.canceled": "Order {number} was canceled, so nothing will be sent for it.",
        "delivery.no_order": (
            "Thank you for asking. So that we can look it up, please send us your order number. It stands in the "
            "subject of your confirmation e-mail."
        ),
        "return.sent": (
            "You can return anything from order {number} within {days} days of its arrival.\n\n"
            "1. Answer this message and say what you would like to send back, and why.\n"
            "2. We answer with the address to send it to.\n"
            "3. Put a note with the order number {number} into the parcel.\n\n"
            "Your money goes back to the way you paid with once the parcel is here."
        ),
        "return.not_sent": (
            "Order {number} has not left us yet. If you no longer want it, answer this message and we will stop it and "
            "pay you back. If you would rather decide when you have it in your hands, you can return it within {days} "
            "days of its arrival."
        ),
        "return.canceled": "Order {number} was canceled, so there is nothing to send back.",
        "return.no_order": (
            "You can return anything within {days} days of its arrival. Please send us your order number and say what "
            "you would like to send back; we answer with the address."
        ),
        "return.broken": "If it came broken or is the wrong thing, send us a picture. That is on us, postage included.",
        "return.page": "All about returns: {url}",
        "payment.paid": "Your payment of {total} for order {number} has arrived.",
        "payment.paid_by": "Your payment of {total} for order {number} has arrived, paid with {method}.",
        "payment.once": (
            "If your bank shows it a second time, that is most often a reservation that disappears by itself within a "
            "few days. If it does not, send us the date and the amount, and we will sort it out."
        ),
        "payment.pending": "The payment of {total} for order {number} has not arrived yet.",
        "payment.failed": "The payment of {total} for order {number} did not go through, and nothing was charged.",
        "payment.pay": "You can pay here: {url}",
        "payment.refunded": "We have paid back {refunded} for order {number}.",
        "payment.bank": "Your bank may need a few days to show it.",
        "payment.no_order": (
            "Thank you for writing. Please send us your order number, or the date and the amount as your bank shows "
            "them, and we will look at it. Please never send your card number."
        ),
        "product.link": "Thank you for your question about {title}. Here is its page: {url}",
        "product.plain": "Thank you for your question about our goods.",
        "product.more": GAPS[0],
        "other": f"Thank you for writing to us.\n\n{GAPS[0]}",
    },
    "zh-hans": {
        "hello": "{name}，您好：",
        "hello_nameless": "您好：",
        "bye": "祝好！\n{store}",
        "parcel_link": "查询物流：{url}",
        "delivery.sent": "感谢您的询问。您的订单 {number} 已于 {sent} 发出。",
        "delivery.sent_with": "感谢您的询问。您的订单 {number} 已于 {sent} 由{carrier}发出。",
        "delivery.tracking": "运单号：{tracking}。",
        "delivery.due": "预计 {window} 送达。",
        "delivery.late": (
            "按预计，包裹最晚应在 {to_date} 送达。如果您还没有收到，请告诉我们："
            "我们会查找包裹；确认丢失的，为您补发或退款。"
        ),
        "delivery.partly": "订单 {number} 的其余商品还未发出，发出后您会收到邮件通知。",
        "delivery.not_sent": "感谢您的询问。您的订单 {number} 还未发出，发货后您会收到带有运单号的邮件。",
        "delivery.expected": "预计 {window} 送达。",
        "delivery.past": "已经超过了我们承诺的送达时间（{window}），非常抱歉，我们正在查明原因。",
        "delivery.unpaid": "感谢您的询问。订单 {number} 还在等待付款，收到付款后我们会立即打包。",
        "delivery.canceled": "订单 {number} 已取消，因此不会发货。",
        "delivery.no_order": "感谢您的询问。请把订单号发给我们，以便查询。订单号在确认邮件的标题里。",
        "return.sent": (
            "订单 {number} 中的商品，收到后 {days} 天内都可以退货。\n\n"
            "1. 回复本消息，告诉我们想退哪件商品以及原因。\n"
            "2. 我们会回复退货地址。\n"
            "3. 请在包裹中附上写有订单号 {number} 的纸条。\n\n"
            "收到退货后，我们按原付款方式退款。"
        ),
        "return.not_sent": (
            "订单 {number} 还未发出。如果您不想要了，请回复本消息，我们会停止发货并退款。"
            "如果想收到后再决定，签收后 {days} 天内可以退货。"
        ),
        "return.canceled": "订单 {number} 已取消，无需退货。",
        "return.no_order": "商品收到后 {days} 天内都可以退货。请把订单号和想退的商品发给我们，我们会回复退货地址。",
        "return.broken": "如果收到时破损或发错，请拍张照片发给我们，这是我们的责任，运费由我们承担。",
        "return.page": "退换货说明：{url}",
        "payment.paid": "订单 {number} 的付款 {total} 已经收到。",
        "payment.paid_by": "订单 {number} 的付款 {total} 已经收到，付款方式：{method}。",
        "payment.once": (
            "如果银行显示扣了两次，其中一次多半是预授权，几天内会自动撤销。"
            "如果没有撤销，请把日期和金额发给我们，我们来处理。"
        ),
        "payment.pending": "订单 {number} 的付款 {total} 还没有到账。",
        "payment.failed": "订单 {number} 的付款 {total} 没有成功，没有扣款。",
        "payment.pay": "您可以在这里付款：{url}",
        "payment.refunded": "订单 {number} 已退款 {refunded}。",
        "payment.bank": "到账可能需要几天，以银行为准。",
        "payment.no_order": (
            "感谢您的来信。请把订单号，或银行显示的日期和金额发给我们，我们来查询。请不要发送银行卡号。"
        ),
        "product.link": "感谢您询问“{title}”。商品页面：{url}",
        "product.plain": "感谢您询问我们的商品。",
        "product.more": GAPS[1],
        "other": f"感谢您的来信。\n\n{GAPS[1]}",
    },
}
