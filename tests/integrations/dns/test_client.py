"""What the resolver makes of every kind of answer, and of none; asked over real sockets."""

from integrations.dns.client import DnsResolver, get_resolver
from integrations.dns.resolver import Reply, Texts
from integrations.dns.sandbox import DnsSandbox

NAME = "_shopstead-challenge.example.com"


def test_all_records_are_told_each_with_its_strings_joined(name_server: DnsSandbox) -> None:
    long = "x" * 300
    name_server.set_text(NAME, "one", long, "with spaces; and signs")
    found = get_resolver().find_texts(NAME)
    assert found.reply is Reply.FOUND
    assert sorted(found.texts) == sorted(["one", long, "with spaces; and signs"])


def test_names_are_asked_without_regard_to_case(name_server: DnsSandbox) -> None:
    name_server.set_text(NAME.upper(), "one")
    assert get_resolver().find_texts("_Shopstead-Challenge.Example.COM").texts == ("one",)


def test_an_alias_is_followed(name_server: DnsSandbox) -> None:
    name_server.set(NAME, "CNAME", "challenge.elsewhere.example")
    name_server.set_text("challenge.elsewhere.example", "one")
    assert get_resolver().find_texts(NAME).texts == ("one",)


def test_no_name_and_no_record_are_told_apart(name_server: DnsSandbox) -> None:
    assert get_resolver().find_texts(NAME) == Texts(Reply.NO_NAME)
    name_server.set(NAME, "A", "192.0.2.1")
    assert get_resolver().find_texts(NAME) == Texts(Reply.NO_RECORD)


def test_silence_and_failure_are_no_answer(name_server: DnsSandbox) -> None:
    name_server.set_text(NAME, "one")
    name_server.keep_silent(NAME)
    assert get_resolver().find_texts(NAME) == Texts(Reply.UNANSWERED)
    name_server.keep_silent(NAME, silent=False)
    name_server.fail(NAME)
    assert get_resolver().find_texts(NAME) == Texts(Reply.UNANSWERED)
    name_server.fail(NAME, broken=False)
    assert get_resolver().find_texts(NAME).reply is Reply.FOUND


def test_a_name_that_cannot_be_asked_is_no_answer(name_server: DnsSandbox) -> None:
    assert get_resolver().find_texts(f"{'a' * 64}.example.com").reply is Reply.UNANSWERED
    assert name_server.asked == []


def test_addresses_of_both_kinds_and_the_end_of_aliases(name_server: DnsSandbox) -> None:
    name_server.set("www.example.com", "CNAME", "stores.platform.example")
    name_server.set("stores.platform.example", "A", "192.0.2.2", "192.0.2.1")
    name_server.set("stores.platform.example", "AAAA", "2001:db8::1")
    found = get_resolver().find_addresses("www.example.com")
    assert found.reply is Reply.FOUND
    assert found.addresses == ("192.0.2.1", "192.0.2.2", "2001:db8::1")
    assert found.canonical_name == "stores.platform.example"


def test_a_name_without_addresses_leads_nowhere(name_server: DnsSandbox) -> None:
    assert get_resolver().find_addresses("www.example.com").reply is Reply.NO_NAME
    name_server.set_text("www.example.com", "hello")
    assert get_resolver().find_addresses("www.example.com").reply is Reply.NO_RECORD
    name_server.keep_silent("www.example.com")
    assert get_resolver().find_addresses("www.example.com").reply is Reply.UNANSWERED


def test_after_its_time_a_resolver_asks_nothing_more(name_server: DnsSandbox) -> None:
    name_server.set_text(NAME, "one")
    spent = DnsResolver(server=name_server.address, total_seconds=0)
    assert spent.find_texts(NAME) == Texts(Reply.UNANSWERED)
    assert spent.find_addresses(NAME).reply is Reply.UNANSWERED
    assert name_server.asked == []
