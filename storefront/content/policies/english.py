"""Policies in English. A part is text for everybody or a table by region."""

from typing import Final

from storefront.content.enums import Policy
from storefront.content.policies.regions import Region

Part = str | dict[Region, str]
E_, C_, O_ = Region.EUROPE, Region.CHINA, Region.ELSEWHERE

_REACH = '<a href="mailto:{email}">{email}</a>'

ENGLISH: Final[dict[Policy, tuple[str, tuple[Part, ...]]]] = {
    Policy.REFUND: (
        "Refund policy",
        (
            {
                E_: "<h2>Right of withdrawal</h2><p>You may withdraw from your purchase within 14 days without giving a "
                "reason. The 14 days begin on the day you, or somebody you named, receive the last of the goods.</p>"
                f"<p>To withdraw, tell us clearly, for example by a letter or an e-mail to {_REACH}. "
                "You may use the model form below, but you do not have to. It is enough to send your message before "
                "the 14 days have ended.</p>"
                "<h2>What follows</h2><p>We pay back everything you paid us, including the cheapest delivery we "
                "offered, within 14 days of your message, by the way you paid. We may wait until the goods are back "
                "or you have shown that they are on their way. Send them within 14 days. You bear the direct cost of "
                "sending them back. [Change this sentence if you pay for returns.] You pay for a loss of value only "
                "where the goods were handled more than is needed to look at them.</p>"
                "<h2>What cannot be returned</h2><p>Goods made to your order; goods that spoil quickly; sealed goods "
                "that cannot be returned for hygiene once opened; sealed recordings and software once opened; digital "
                "goods once the download has begun with your agreement.</p>"
                "<h2>Model form</h2><p>To {store}, {email}: I/we withdraw from the contract for these goods: ______. "
                "Ordered on / received on: ______. Name: ______. Address: ______. Date: ______.</p>",
                C_: "<h2>Seven days without a reason</h2><p>You may return goods within 7 days of receipt without "
                "giving a reason, as the Consumer Protection Law provides. Goods have to be complete; opening the "
                "package to look and try is fine.</p><h2>What is left out</h2><p>Goods made to your order, fresh and "
                "perishable goods, opened recordings and software, newspapers and magazines, and goods marked as "
                "such before you bought and confirmed by you.</p><h2>Your money</h2><p>We pay back the price within "
                "7 days of receiving the goods, by the way you paid. You bear the postage of the return unless the "
                "goods are faulty.</p>",
                O_: "<p>Not what you hoped for? Tell us within 30 days of arrival and send it back unused. "
                "[Change the number of days to what you promise.]</p><h2>Your money</h2><p>We pay the price back by "
                "the way you paid within 14 days of receiving the goods. Delivery is not paid back, and you bear the "
                "postage of the return, unless the goods are faulty or not what you ordered.</p><h2>What cannot be "
                "returned</h2><p>Goods made to your order, goods that spoil, opened goods that cannot be resold for "
                "hygiene, gift cards and downloads.</p>",
            },
            "<h2>How to return something</h2><ol><li>Open the order page from your confirmation e-mail and choose "
            f"“Ask a question”, or write to {_REACH} with your order number.</li><li>We answer with the address to send "
            "it to: [your return address].</li><li>Pack it well; a note with the order number helps.</li></ol>"
            "<h2>Broken or wrong</h2><p>That is on us. Send a picture, and we replace it or pay everything back, "
            "delivery included. Your rights by law because of faulty goods stay as they are.</p>",
        ),
    ),
    Policy.PRIVACY: (
        "Privacy policy",
        (
            "<p>This page says what {store} knows about you, why, and what you can ask of us.</p>"
            "<h2>Who is responsible</h2><p>[Full name or company, street, town, country], " + _REACH + ".</p>"
            "<h2>What we keep, and why</h2><ul>"
            "<li><b>Orders:</b> name, address, e-mail, what you bought and how it was paid. Without them we cannot "
            "deliver.</li><li><b>Account:</b> if you make one, your e-mail and a scrambled form of your password.</li>"
            "<li><b>Questions:</b> what you write to us and what we answer.</li>"
            "<li><b>Letters:</b> your e-mail, when and by which words you agreed, if you signed up for our "
            "newsletter. You can leave at any time.</li>"
            "<li><b>Visits:</b> which pages are looked at, without cookies and without your name, to count visitors "
            "and to suggest goods.</li></ul>"
            "<h2>Who else sees it</h2><p>The payment provider (card numbers go straight to it; we never see them), the "
            "carrier (name, address, and what it needs to deliver), and the platform that runs this shop for us. "
            "[Name others, such as your bookkeeper.] Nobody gets it for advertising.</p>"
            "<h2>Cookies</h2><p>One remembers your cart and your log-in, one protects forms against misuse. There are "
            "no others.</p>"
            "<h2>How long</h2><p>Orders as long as tax law asks ([10] years), accounts until you close them, questions "
            "[3] years.</p>",
            {
                E_: "<h2>Your rights</h2><p>By the General Data Protection Regulation you may see what we keep about "
                "you, have it corrected or deleted, have its use restricted, take it with you, and object to its "
                f"use. Write to {_REACH}. The grounds are Article 6 (1) b (orders, account), c (bookkeeping), a "
                "(letters) and f (visits, security). You may complain to a supervisory authority, for instance the "
                "one where you live.</p>",
                C_: "<h2>Your rights</h2><p>By the Personal Information Protection Law you may know of and decide on "
                "the use of your information, see, copy, correct, complete and delete it, take back an agreement, and "
                f"close your account. Write to {_REACH}; we answer within 15 working days.</p>",
                O_: f"<h2>Your rights</h2><p>Write to {_REACH} to see what we keep about you, to have it corrected, or to "
                "have it deleted where no law makes us keep it. We do not sell personal information.</p>",
            },
        ),
    ),
    Policy.TERMS: (
        "Terms of service",
        (
            "<h2>1. Who you buy from</h2><p>{store}, [full name or company, address], " + _REACH + ".</p>"
            "<h2>2. How a contract comes about</h2><p>The goods in the shop are an invitation to order. When you "
            "press “Pay”, you make a binding order; the contract is made when we confirm it by e-mail. Until you pay you "
            "can correct everything in the cart and at checkout.</p>"
            "<h2>3. Prices and payment</h2><p>The price on the page is the price you pay, [with / without] sales tax; "
            "delivery is shown before you pay. You pay by one of the ways offered at checkout.</p>"
            "<h2>4. Delivery</h2><p>To the countries offered at checkout, within the time shown there. If something "
            "cannot be delivered we tell you at once and pay back what you paid for it.</p>",
            {
                E_: "<h2>5. Withdrawal and faults</h2><p>You may withdraw within 14 days, see our refund policy. The "
                "rights that the law gives for faulty goods apply, at least two years from delivery.</p>"
                "<h2>6. Law</h2><p>The law of [your country] applies; the protection that the law of your own "
                "country gives you as a consumer stays. We [are / are not] willing to take part in a dispute "
                "settlement before a consumer arbitration board.</p>",
                C_: "<h2>5. Returns and faults</h2><p>You may return goods within 7 days without a reason, see our "
                "refund policy. What the Consumer Protection Law and the Product Quality Law provide for faulty "
                "goods applies.</p><h2>6. Law</h2><p>The law of the People’s Republic of China applies. Disputes are "
                "talked over first; then the people’s court at [place] decides.</p>",
                O_: "<h2>5. Returns and faults</h2><p>See our refund policy. Rights that the law gives you for faulty "
                "goods are not limited by it.</p><h2>6. Law</h2><p>The law of [state or country] applies.</p>",
            },
            "<h2>7. Anything else</h2><p>If one of these terms does not hold, the others stay.</p>",
        ),
    ),
    Policy.SHIPPING: (
        "Shipping policy",
        (
            "<h2>Where and how fast</h2><p>We send from [town, country] to the countries offered at checkout. Orders "
            "paid before [2 pm] on a working day leave the same day. The day of arrival is shown before you pay.</p>"
            "<h2>What it costs</h2><p>The cost depends on where you live and how fast you need it; every way we can send "
            "it is shown with its price at checkout.</p>"
            "<h2>Where your parcel is</h2><p>You get an e-mail with the tracking number when it leaves us. The order "
            "page always shows the latest state; you need no account for it.</p>"
            "<h2>Late, lost or broken</h2><p>Has the last day we named passed, or did it arrive broken? Write to "
            + _REACH
            + " with your order number and, if it is broken, a picture. We look for it, send a new one or give "
            "your money back.</p>",
            {
                E_: "<p>We bear the risk of the journey until the parcel is in your hands.</p>",
                C_: "<p>Please open and check the parcel when it is handed over; refuse it if it is damaged.</p>",
                O_: "<h2>Customs</h2><p>For parcels to other countries, duties and taxes of the country of arrival may "
                "be added. [Say who pays them.]</p>",
            },
        ),
    ),
    Policy.CONTACT: (
        "Contact",
        (
            '<p>The quickest way is <a href="/support/">the question form</a>: we answer on working days.</p>'
            "<h2>Write or call</h2><p>E-mail: " + _REACH + "<br>Telephone: [number, and when somebody answers it]</p>"
            "<h2>Address</h2><p>{store}<br>[Street and number]<br>[Post code and town, country]</p>",
        ),
    ),
    Policy.IMPRINT: (
        "Legal notice",
        (
            "<p>{store}<br>[Full name of the owner or company with its legal form]<br>[Street and number]<br>[Post "
            "code and town, country]</p><p>E-mail: " + _REACH + "<br>Telephone: [number]</p>",
            {
                E_: "<p>Represented by: [name]<br>Register and number: [court and number]<br>VAT identification number: "
                "[number]<br>Supervisory authority: [name, or take this line away]</p>",
                C_: "<p>Business licence: [name and unified social credit code]<br>ICP filing: [number]<br>[Food business "
                "or other licences, where you need them]</p>",
                O_: "<p>Company number or tax id: [number, where your law asks for it]</p>",
            },
        ),
    ),
}
