"""The pages a new store begins with: (handle, title, text) by language; {store} and {email} are filled in."""

from typing import Final

DEFAULT_PAGES: Final[dict[str, list[tuple[str, str, str]]]] = {
    "en": [
        (
            "about",
            "About us",
            """<p>{store} is a small shop. We choose what we sell ourselves, we describe it as it is, and we
pack every
order by hand.</p>
<h2>How to reach us</h2>
<p>Write to <a href="mailto:{email}">{email}</a> or use <a href="/support/">the question form</a>. If your
question is about
an order, open the order page from your confirmation e-mail and ask there: then we see at once what you bought.</p>
<h2>What you can expect</h2>
<ul><li>The price on the page is the price in the cart.</li><li>Delivery cost and date are shown before you pay.</li>
<li>If something arrives broken, a picture is enough: we replace it or give your money back.</li></ul>""",
        ),
        (
            "delivery",
            "Delivery",
            """<p>We send your order as soon as it is packed, and you get an e-mail with the tracking number
when it leaves us.</p>
<h2>What it costs</h2>
<p>The cost depends on where you live and how fast you need it. Put what you want in the cart and enter your address:
all the ways we can send it, with their prices and arrival dates, are shown before you pay.</p>
<h2>Where your parcel is</h2>
<p>The order page in your confirmation e-mail always shows the latest state. You need no account for it.</p>
<h2>If it does not arrive</h2>
<p>Has the last day we named passed? Write to <a href="mailto:{email}">{email}</a> with your order number. We
look for the
parcel and, if it is lost, send a new one or give your money back.</p>""",
        ),
        (
            "returns",
            "Returns",
            """<p>Not what you hoped for? Tell us within 30 days of arrival and send it back.</p>
<h2>How to return something</h2>
<ol><li>Open the order page from your confirmation e-mail and choose “Ask a question”, or write to
<a href="mailto:{email}">{email}</a> with your order number.</li><li>We answer with the address to send it to.</li>
<li>Pack it so that it arrives as it left. A note with the order number in the parcel helps.</li></ol>
<h2>Your money</h2>
<p>We pay the price back to the card or account you paid with once the parcel is here, at the latest 14 days
after you told
us. Your bank may need a few days more to show it.</p>
<h2>Broken or wrong</h2>
<p>That is on us. Send a picture, and we replace it or pay everything back, delivery included.</p>""",
        ),
        (
            "privacy",
            "Privacy",
            """<p>{store} keeps what it needs to send your order and nothing to sell on.</p>
<h2>What we keep</h2>
<ul><li><b>Orders:</b> name, address, e-mail and what you bought, for as long as the tax law asks.</li>
<li><b>Account:</b> if you make one, your e-mail and a scrambled form of your password.</li>
<li><b>Visits:</b> which pages were looked at, to count visitors and to suggest goods. No advertising network
sees it.</li></ul>
<h2>Cookies</h2>
<p>One cookie remembers your cart and your log-in. One protects forms against misuse. There are no others.</p>
<h2>Payment</h2>
<p>Card numbers go straight to the payment provider. This shop never sees them.</p>
<h2>Your rights</h2>
<p>Write to <a href="mailto:{email}">{email}</a> to see what we keep about you, to have it corrected, or to
have it deleted
where no law makes us keep it.</p>""",
        ),
    ],
    "zh-hans": [
        (
            "about",
            "关于我们",
            """<p>{store}是一家小店。货品由我们亲自挑选，如实描述，每一单都由我们亲手打包。</p>
<h2>联系我们</h2>
<p>写信到 <a href="mailto:{email}">{email}</a>，或通过<a href="/support/">在线留言</a>提问。如果与订单有关，
请从确认邮件打开订单页提问，我们能立刻看到您买了什么。</p>
<h2>我们的承诺</h2>
<ul><li>页面标价就是购物车里的价格。</li><li>付款前，您会看到运费和送达日期。</li>
<li>收到时破损，拍张照片就好：我们补发或退款。</li></ul>""",
        ),
        (
            "delivery",
            "配送说明",
            """<p>打包完成后立即寄出，发货时您会收到带有物流单号的邮件。</p>
<h2>运费</h2>
<p>运费取决于收货地址和配送方式。把商品放入购物车并填写地址，付款前就能看到所有可选的配送方式、价格和送达日期。</p>
<h2>查询物流</h2>
<p>确认邮件中的订单页随时显示最新状态，不需要注册账号。</p>
<h2>迟迟没有收到</h2>
<p>已过最晚送达日期？请把订单号发到 <a href="mailto:{email}">{email}</a>。我们会查找包裹；确认丢失的，补发或退款。</p>""",
        ),
        (
            "returns",
            "退换货",
            """<p>不合心意？收到后 7 天内告诉我们，未使用、不影响再次销售的商品可以无理由退货。</p>
<h2>怎样退货</h2>
<ol><li>从确认邮件打开订单页，选择“提问”；或把订单号发到 <a href="mailto:{email}">{email}</a>。</li>
<li>我们会回复退货地址。</li><li>请按收到时的样子包好，并附上写有订单号的纸条。</li></ol>
<h2>退款</h2>
<p>收到退货后，我们按原付款方式退款，最迟不超过您申请之日起 14 天。到账时间以银行为准。</p>
<h2>破损或发错</h2>
<p>这是我们的责任。拍照发来，我们补发或全额退款，运费由我们承担。</p>""",
        ),
        (
            "privacy",
            "隐私说明",
            """<p>{store}只保存寄送订单所需的信息，绝不转卖。</p>
<h2>我们保存什么</h2>
<ul><li><b>订单：</b>姓名、地址、邮箱和所购商品，保存期限以税法要求为准。</li>
<li><b>账号：</b>如果您注册，保存邮箱和加密后的密码。</li>
<li><b>浏览：</b>看过哪些页面，用于统计访客和推荐商品，不提供给任何广告平台。</li></ul>
<h2>Cookie</h2>
<p>一个用来记住购物车和登录状态，一个用来防止表单被冒用，没有其他。</p>
<h2>付款</h2>
<p>银行卡号直接交给支付机构，本店看不到。</p>
<h2>您的权利</h2>
<p>写信到 <a href="mailto:{email}">{email}</a>，可以查阅、更正我们保存的信息；法律未要求保留的，可以要求删除。</p>""",
        ),
    ],
}
