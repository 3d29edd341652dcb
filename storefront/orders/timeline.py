"""An order's events as sentences, in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from core.money import format_money
from storefront.orders.carriers import carrier_name
from storefront.orders.models import OrderEvent

# Actors that are no person; whoever else did something is named as they are.
_NOBODY = frozenset({"", "system", "reconciler", "stripe", "webhook", "import", "checkout", "demo"})


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline; `actor` is empty where no person did it."""

    title: str
    at: datetime
    actor: str = ""
    detail: str = ""
    is_note: bool = False


def list_moments(events: list[OrderEvent], *, currency: str) -> list[Moment]:
    """Turn events into lines, in the order given."""
    return [_moment(event, currency) for event in events]


def _moment(event: OrderEvent, currency: str) -> Moment:
    data: Mapping[str, Any] = event.data
    is_sample = event.type == "order.imported" and event.actor == "demo"
    words = _plain(gettext_noop("Sample order")) if is_sample else _WORDS.get(event.type)
    title, detail = words(data, currency) if words else (event.type.replace(".", ": ").replace("_", " "), "")
    actor = "" if event.actor in _NOBODY else _("the customer") if event.actor == "shopper" else event.actor
    return Moment(title, event.created_at, actor, detail, is_note=event.type == "note.added")


def _money(amount: Any, currency: Any) -> str:
    return format_money(int(amount or 0), str(currency), translation.get_language() or "en")


def _fulfilled(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    count = int(data.get("items_count", 0))
    title = ngettext("%(num)s item sent", "%(num)s items sent", count)
    if data.get("is_pickup"):
        title = ngettext("%(num)s item ready for pickup", "%(num)s items ready for pickup", count)
    title = title % {"num": count}
    parts = (carrier_name(str(data.get("carrier", ""))), str(data.get("tracking_number", "")))
    return title, " ".join(part for part in parts if part)


def _delivered(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    return pgettext("an order", "Picked up") if data.get("is_pickup") else _("Parcel delivered"), ""


def _files_opened(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    count = int(data.get("items_count", 0))
    return ngettext("%(num)s item opened to download", "%(num)s items opened to download", count) % {"num": count}, ""


def _cards_closed(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    count = int(data.get("count", 0))
    title = ngettext("%(num)s gift card closed", "%(num)s gift cards closed", count) % {"num": count}
    return title, _("Its price was given back at Stripe.")


def _cards_kept(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    count = int(data.get("count", 0))
    title = ngettext("%(num)s gift card not closed", "%(num)s gift cards not closed", count) % {"num": count}
    return title, _("Money was given back at Stripe, but the card was spent or only part of its price went back.")


def _cards_issued(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    count = int(data.get("items_count", 0))
    return ngettext("%(num)s gift card issued", "%(num)s gift cards issued", count) % {"num": count}, ""


def _canceled(data: Mapping[str, Any], currency: str) -> tuple[str, str]:
    reason = str(data.get("reason", ""))
    known = {
        "sold_out_before_payment": _("The goods were gone before the money came."),
        "reason:customer": _("The customer changed their mind"),
        "reason:sold_out": _("Something is not in stock"),
        "reason:payment": _("The payment did not come or looks wrong"),
        "reason:mistake": _("It was a mistake"),
        "reason:removed": _("Everything was taken out of it"),
        "reason:draft": _("Its draft had become another order, or was called off."),
        "reason:other": "",
    }
    parts = [known.get(reason, reason)]
    if data.get("refund_amount"):
        parts.append(_sent_back({"amount": data["refund_amount"]}, currency))
    if data.get("credit_amount"):
        words = _("%(amount)s goes back to gift cards and store credit.")
        parts.append(words % {"amount": _money(data["credit_amount"], currency)})
    if data.get("restocked") is False:
        parts.append(_("The goods stay out of the stock."))
    return _("Order canceled"), " · ".join(part for part in parts if part)


def _removed(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    count = int(data.get("items_count", 0))
    words = ngettext("%(num)s item taken out", "%(num)s items taken out", count) % {"num": count}
    return words, str(data.get("title", "")) if data.get("lines_count") == 1 else ""


def _added(data: Mapping[str, Any], currency: str) -> tuple[str, str]:
    count = int(data.get("items_count", 0))
    words = ngettext("%(num)s item added", "%(num)s items added", count) % {"num": count}
    parts = [str(data.get("title", "")) if data.get("lines_count") == 1 else "", f"+{_money(data['amount'], currency)}"]
    return words, " · ".join(part for part in parts if part)


def _asked(data: Mapping[str, Any], currency: str) -> tuple[str, str]:
    return _("Goods to be added, once %(amount)s more is paid") % {"amount": _money(data.get("amount"), currency)}, ""


def _readdressed(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    known = {
        "name": _("Name"),
        "company": _("Company"),
        "line1": _("Street"),
        "line2": _("Street"),
        "city": _("City"),
        "province": _("Province"),
        "postcode": _("Postcode"),
        "phone": _("Phone"),
    }
    named = dict.fromkeys(known[key] for key in data.get("fields", ()) if key in known)
    return _("Address changed"), pgettext("between the items of a list", ", ").join(named)


def _placed(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    if "draft_id" not in data:
        return _("Order placed"), ""
    words = {"number": f"D{data['draft_id']}", "name": data.get("draft_by", "")}
    return _("Order placed"), _("Made from draft %(number)s by %(name)s") % words


def _tagged(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    signed = [("+", data.get("added", ())), ("−", data.get("removed", ()))]
    return _("Tags changed"), "  ".join(f"{sign} {tag}" for sign, tags in signed for tag in tags)


def _held(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    return _("Put on hold"), str(data.get("reason", ""))


def _tracked(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    parts = (carrier_name(str(data.get("carrier", ""))), str(data.get("tracking_number", "")))
    return _("Tracking changed"), " ".join(part for part in parts if part)


def _changed(data: Mapping[str, Any], currency: str) -> tuple[str, str]:
    before = _money(data.get("from_amount"), data.get("from_currency", currency))
    after = _money(data.get("to_amount"), data.get("to_currency", currency))
    return _("Changed before payment"), f"{before} → {after}" if before != after else ""


def _mismatch(data: Mapping[str, Any], currency: str) -> tuple[str, str]:
    words = {
        "paid": _money(data.get("amount"), data.get("currency", currency)),
        "asked": _money(data.get("expected_amount"), data.get("expected_currency", currency)),
    }
    return _("A payment of another sum came in"), _("Paid %(paid)s, asked for %(asked)s. Look at it in Stripe.") % words


def _sent_back(data: Mapping[str, Any], currency: str) -> str:
    return _("%(amount)s goes back by itself.") % {"amount": _money(data.get("amount"), data.get("currency", currency))}


def _refunded(data: Mapping[str, Any], currency: str) -> tuple[str, str]:
    known = {
        "sold_out": _("The goods were gone before the money came."),
        "duplicate": _("It had been paid twice."),
        "called_off": _("What was to be added had been called off."),
        "added_sold_out": _("The goods were gone before the money came."),
    }
    reason = str(data.get("reason", ""))
    words = _("%(amount)s given back as store credit") if data.get("as_credit") else _("%(amount)s given back")
    return words % {"amount": _money(data.get("amount"), currency)}, known.get(reason, reason)


def _credited(data: Mapping[str, Any], currency: str) -> tuple[str, str]:
    words = _("%(amount)s back on gift cards and store credit")
    return words % {"amount": _money(data.get("amount"), currency)}, ""


def _sum_of(data: Mapping[str, Any], currency: str) -> str:
    return _money(data.get("amount"), data.get("currency", currency))


def _invoiced(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    return _("Invoice %(number)s issued") % {"number": data.get("number", "")}, ""


def _corrected(data: Mapping[str, Any], _currency: str) -> tuple[str, str]:
    return (
        _("Credit note %(number)s issued") % {"number": data.get("number", "")},
        _("Corrects the invoice %(number)s") % {"number": data.get("invoice", "")},
    )


def _returning(text: str) -> "_Words":
    return lambda data, _currency: (
        _(text) % {"number": data.get("number", "")},
        ngettext("%(num)s item", "%(num)s items", int(data["items_count"])) % {"num": data["items_count"]}
        if "items_count" in data
        else "",
    )


def _exchanged(data: Mapping[str, Any], currency: str) -> tuple[str, str]:
    title = _("Something else sent for return %(number)s") % {"number": data.get("number", "")}
    balance = int(data.get("balance", 0))
    amount = {"amount": _money(abs(balance), currency)}
    if balance < 0:
        return title, _("It costs %(amount)s more, which the customer does not pay.") % amount
    if balance and data.get("rest") == "kept":
        return title, _("It costs %(amount)s less, and nothing goes back.") % amount
    return title, _("It costs %(amount)s less, which goes back.") % amount if balance else ""


def _told(text: str) -> "_Words":
    return lambda data, _currency: (_(text) % {"email": data.get("to", "")}, "")


def _plain(title: str, detail: str = "") -> "_Words":
    return lambda _data, _currency: (_(title), _(detail) if detail else "")


def _failing(title: str) -> "_Words":
    return lambda data, _currency: (_(title), str(data.get("message", "")))


_Words = Callable[[Mapping[str, Any], str], tuple[str, str]]
_WORDS: dict[str, _Words] = {
    "order.placed": _placed,
    "order.opened": _plain(gettext_noop("Order opened, payment to be arranged")),
    "order.changed": _changed,
    "order.paid": _plain(gettext_noop("Payment received")),
    "order.expired": _plain(gettext_noop("Not paid in time"), gettext_noop("The goods are back on sale.")),
    "order.canceled": _canceled,
    "order.imported": _plain(gettext_noop("Imported from another shop")),
    "order.fulfilled": _fulfilled,
    "order.files_opened": _files_opened,
    "order.cards_issued": _cards_issued,
    "order.cards_closed": _cards_closed,
    "order.cards_kept": _cards_kept,
    "order.items_removed": _removed,
    "order.items_added": _added,
    "order.amendment_asked": _asked,
    "order.amendment_called_off": _plain(gettext_noop("Goods to be added called off")),
    "order.amendment_expired": _plain(
        gettext_noop("Goods to be added were not paid in time"), gettext_noop("The goods are back on sale.")
    ),
    "mail.amendment": _told(gettext_noop("%(email)s was asked to pay for what is added")),
    "order.address_changed": _readdressed,
    "order.unfulfilled": _plain(gettext_noop("Parcel taken back")),
    "order.held": _held,
    "order.released": _plain(gettext_noop("Hold released")),
    "order.tagged": _tagged,
    "order.note_changed": _plain(gettext_noop("Note changed")),
    "order.archived": _plain(gettext_noop("Put away")),
    "order.unarchived": _plain(gettext_noop("Brought back")),
    "order.confirmation_asked": _plain(gettext_noop("Confirmation asked for once more")),
    "order.link_asked": _plain(gettext_noop("The link to the order was asked for")),
    "mail.link": _told(gettext_noop("The link was sent to %(email)s")),
    "parcel.tracked": _tracked,
    "invoice.issued": _invoiced,
    "credit_note.issued": _corrected,
    "withdrawal.declared": lambda data, _currency: (_("Withdrawn from the contract"), str(data.get("words", ""))),
    "withdrawal.done": _plain(gettext_noop("Withdrawal seen to")),
    "return.asked": _returning(gettext_noop("Return %(number)s asked for")),
    "return.approved": _returning(gettext_noop("Return %(number)s approved")),
    "return.refused": _returning(gettext_noop("Return %(number)s refused")),
    "return.canceled": _returning(gettext_noop("Return %(number)s called off")),
    "return.received": _returning(gettext_noop("Goods of return %(number)s are here")),
    "return.closed": _returning(gettext_noop("Return %(number)s closed")),
    "return.freed": _returning(gettext_noop("What was sent for return %(number)s is called off, it waits again")),
    "return.exchanged": _exchanged,
    "mail.return": _told(gettext_noop("%(email)s was told of the return")),
    "mail.return_notice": _told(gettext_noop("Notice sent to %(email)s")),
    "parcel.delivered": _delivered,
    "note.added": lambda data, _currency: (str(data.get("text", "")), ""),
    "mail.confirmation": _told(gettext_noop("Confirmation sent to %(email)s")),
    "mail.shipped": _told(gettext_noop("%(email)s was told that it is on its way")),
    "mail.canceled": _told(gettext_noop("%(email)s was told that the order is canceled")),
    "mail.new_order": _told(gettext_noop("Notice sent to %(email)s")),
    "tax.own_rates": _plain(gettext_noop("Stripe Tax did not answer, so your own rates counted")),
    "tax.not_reported": _failing(gettext_noop("Stripe Tax did not take this into its reports")),
    "payment.mismatch": _mismatch,
    "payment.duplicate": lambda data, currency: (_("Paid a second time"), _sent_back(data, currency)),
    "payment.too_late": lambda data, currency: (_("Paid after the goods were gone"), _sent_back(data, currency)),
    "payment.called_off": lambda data, currency: (_("Paid after it was called off"), _sent_back(data, currency)),
    "payment.waiting": _plain(gettext_noop("The bank is working on the payment")),
    "payment.failed": _failing(gettext_noop("A payment failed")),
    "payment.declined": _failing(gettext_noop("The payment was declined")),
    "payment.expired": _plain(gettext_noop("The payment page was closed unpaid")),
    "payment.refunded": _refunded,
    "payment.credit_returned": _credited,
    "payment.refund_failed": _failing(gettext_noop("Money could not be given back")),
    "payment.disputed": lambda data, currency: (_("The customer disputes the payment"), _sum_of(data, currency)),
    "payment.dispute_answered": _plain(gettext_noop("Answer to the dispute sent to the bank")),
    "payment.dispute_accepted": _plain(gettext_noop("Dispute accepted")),
    "payment.dispute_won": lambda data, currency: (_("Dispute won"), _sum_of(data, currency)),
    "payment.dispute_lost": lambda data, currency: (_("Dispute lost"), _sum_of(data, currency)),
    "payment.dispute_warning_closed": _plain(gettext_noop("The bank’s question is closed")),
    "payment.dispute_prevented": _plain(gettext_noop("Dispute prevented")),
    "mail.dispute": _told(gettext_noop("Notice sent to %(email)s")),
    "mail.transfer_due": _told(gettext_noop("%(email)s was reminded of the transfer")),
    "mail.money_arrived": _told(gettext_noop("%(email)s was told that the money is here")),
    "mail.refunded": _told(gettext_noop("%(email)s was told of the refund")),
    "mail.refund_notice": _told(gettext_noop("Notice sent to %(email)s")),
    "mail.refund_failed": _told(gettext_noop("Notice sent to %(email)s")),
}
