"""The sandbox's API answers as Stripe's does: keys, accounts, errors, lists, idempotency, faults."""

import threading
from typing import Any

import pytest
import stripe

from integrations.stripe.sandbox import SandboxServer
from tests.integrations.stripe.sandbox.conftest import KEY, client_of, control, error_of, fetch, open_checkout, wait_for


def test_a_request_without_a_key_is_401(server: SandboxServer) -> None:
    answer = fetch(f"{server.url}/v1/customers")
    assert answer.status == 401
    assert answer.headers["request-id"].startswith("req_")


def test_a_live_key_is_refused(server: SandboxServer) -> None:
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("sk_live_x", base_addresses={"api": server.url}).v1.customers.list()


def test_the_same_idempotency_key_answers_the_same_customer_again(client: stripe.StripeClient) -> None:
    first = client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k1"})
    again = client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k1"})
    assert again.id == first.id
    assert again.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(client.v1.customers.list().data) == 1


def test_the_same_idempotency_key_with_other_parameters_is_refused(client: stripe.StripeClient) -> None:
    client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k1"})
    with pytest.raises(stripe.IdempotencyError) as caught:
        client.v1.customers.create({"email": "b@example.com"}, {"idempotency_key": "k1"})
    assert caught.value.http_status == 400
    assert len(client.v1.customers.list().data) == 1


def test_an_idempotency_key_replays_a_saved_500(server: SandboxServer, client: stripe.StripeClient) -> None:
    control(server, "POST", "faults", kind="error_500", match={"method": "POST", "path": "^/v1/customers$"})
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k1"})
        assert caught.value.http_status == 500
    assert client.v1.customers.list().data == []
    assert client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k2"}).email == "a@example.com"


def test_a_refused_request_frees_its_idempotency_key(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.create({"email": "nobody"}, {"idempotency_key": "k1"})
    assert client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k1"}).id


def test_a_key_in_use_by_a_running_request_is_409(server: SandboxServer, client: stripe.StripeClient) -> None:
    control(server, "POST", "faults", kind="delay", delay_seconds=2, match={"path": "^/v1/customers$"})
    slow = threading.Thread(
        target=lambda: client_of(server).v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k1"})
    )
    slow.start()
    wait_for(lambda: control(server, "GET", "faults")[0]["struck"])
    wait_for(lambda: control(server, "GET", "requests"))
    with pytest.raises(stripe.StripeError) as caught:
        client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k1"})
    slow.join()
    assert (caught.value.http_status, error_of(caught.value)["code"]) == (
        409,
        "idempotency_key_in_use",
    )


def test_an_idempotency_key_is_forgotten_after_24_hours(server: SandboxServer, client: stripe.StripeClient) -> None:
    first = client.v1.customers.create({"name": "A"}, {"idempotency_key": "k1"})
    control(server, "POST", "clock", advance=24 * 3600)
    assert client.v1.customers.create({"name": "A"}, {"idempotency_key": "k1"}).id != first.id


def test_a_429_and_a_reset_come_as_planted(server: SandboxServer, client: stripe.StripeClient) -> None:
    control(server, "POST", "faults", kind="error_429", match={"path": "^/v1/balance$"})
    with pytest.raises(stripe.RateLimitError):
        client.v1.balance.retrieve()
    assert client.v1.balance.retrieve()["object"] == "balance"
    control(server, "POST", "faults", kind="reset", match={"method": "POST"})
    with pytest.raises(stripe.APIConnectionError):
        client.v1.customers.create({"name": "A"}, {"idempotency_key": "k1"})
    assert len(client.v1.customers.list().data) == 1
    assert client.v1.customers.create({"name": "A"}, {"idempotency_key": "k1"}).name == "A"
    assert len(client.v1.customers.list().data) == 1


def test_a_500_after_the_effect_keeps_the_effect(server: SandboxServer, client: stripe.StripeClient) -> None:
    control(server, "POST", "faults", kind="error_500", after=True, match={"method": "POST"})
    with pytest.raises(stripe.APIError):
        client.v1.customers.create({"name": "A"})
    assert [one.name for one in client.v1.customers.list().data] == ["A"]


def test_faults_can_be_listed_and_taken_away(server: SandboxServer, client: stripe.StripeClient) -> None:
    control(server, "POST", "faults", kind="error_500", times=5)
    assert [fault["kind"] for fault in control(server, "GET", "faults")] == ["error_500"]
    control(server, "DELETE", "faults")
    assert client.v1.customers.list().data == []


def test_objects_of_one_account_are_not_seen_from_another(client: stripe.StripeClient) -> None:
    one, other = (client.v1.accounts.create({"business_profile": {"name": name}}).id for name in ("Acme", "Globex"))
    session = open_checkout(client, account=one)
    for options in ({"stripe_account": other}, {}):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            client.v1.checkout.sessions.retrieve(session.id, options=options)  # type: ignore[arg-type]
        assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
    assert client.v1.checkout.sessions.retrieve(session.id, options={"stripe_account": one}).id == session.id
    assert client.v1.products.list(options={"stripe_account": other}).data == []


def test_an_unknown_account_is_403(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.PermissionError) as caught:
        client.v1.customers.list(options={"stripe_account": "acct_nobody"})
    assert (caught.value.http_status, error_of(caught.value)["code"]) == (403, "account_invalid")


def test_equal_idempotency_keys_of_two_accounts_do_not_meet(client: stripe.StripeClient) -> None:
    one, other = (client.v1.accounts.create({}).id for _ in range(2))
    made = [
        client.v1.customers.create({"name": "A"}, {"idempotency_key": "k", "stripe_account": account})
        for account in (one, other)
    ]
    assert made[0].id != made[1].id


def test_a_list_is_paged_newest_first_in_both_directions(client: stripe.StripeClient) -> None:
    made = [client.v1.customers.create({"name": str(number)}).id for number in range(5)][::-1]
    first = client.v1.customers.list({"limit": 2})
    assert ([one.id for one in first.data], first.has_more) == (made[:2], True)
    last = client.v1.customers.list({"limit": 3, "starting_after": made[1]})
    assert ([one.id for one in last.data], last.has_more) == (made[2:], False)
    back = client.v1.customers.list({"limit": 2, "ending_before": made[3]})
    assert [one.id for one in back.data] == made[1:3]
    assert [one.id for one in client.v1.customers.list({"limit": 2}).auto_paging_iter()] == made


@pytest.mark.parametrize(
    ("path", "form", "code", "param"),
    [
        ("/v1/customers", {"emial": "x"}, "parameter_unknown", "emial"),
        ("/v1/customers", {"address[planet]": "x"}, "parameter_unknown", "address[planet]"),
        ("/v1/prices", {"unit_amount": "5"}, "parameter_missing", "currency"),
        ("/v1/payment_intents", {"amount": "ten", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ("/v1/payment_intents", {"amount": "1e3", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ("/v1/payment_intents", {"amount": "49", "currency": "usd"}, "amount_too_small", "amount"),
        ("/v1/payment_intents", {"amount": "100000000", "currency": "usd"}, "amount_too_large", "amount"),
        ("/v1/subscriptions", {"customer": "cus_nobody"}, "resource_missing", "customer"),
        ("/v1/refunds", {"charge": "ch_nothing"}, "resource_missing", "charge"),
    ],
)
def test_bad_parameters_are_named(
    server: SandboxServer, path: str, form: dict[str, str], code: str, param: str
) -> None:
    answer = fetch(server.url + path, form, Authorization=f"Bearer {KEY}")
    assert answer.status == 400
    assert f'"code": "{code}"' in answer.text
    assert f'"param": "{param}"' in answer.text


def test_a_refused_request_leaves_nothing_behind(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        open_checkout(
            client,
            line_items=[
                {"price_data": {"currency": "usd", "unit_amount": 3, "product_data": {"name": "Dot"}}, "quantity": 1}
            ],
        )
    assert client.v1.products.list().data == []
    assert client.v1.events.list().data == []


def test_ids_are_expanded_on_request(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"payment_method": "pm_card_visa"})
    method = client.v1.customers.payment_methods.list(customer.id).data[0]
    params: Any = {"amount": 900, "currency": "usd", "customer": customer.id, "payment_method": method.id}
    intent = client.v1.payment_intents.create(
        params | {"confirm": True, "expand": ["latest_charge.balance_transaction"]}
    )
    charge = intent.to_dict()["latest_charge"]
    assert charge["balance_transaction"]["net"] == 900 - 56
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.retrieve(intent.id, {"expand": ["no_such"]})


def test_the_log_shows_who_called_what(server: SandboxServer, client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create({}).id
    client.v1.customers.create({"name": "A"}, {"stripe_account": account, "idempotency_key": "k1"})
    last = control(server, "GET", "requests")[-1]
    assert (last["method"], last["path"], last["params"]) == ("POST", "/v1/customers", {"name": "A"})
    assert (last["account"], last["idempotency_key"]) == (account, "k1")


def test_metadata_is_merged_and_emptied(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"metadata": {"a": "1", "b": "2"}})
    changed = client.v1.customers.update(customer.id, {"metadata": {"a": "", "c": "3"}})
    assert changed.to_dict()["metadata"] == {"b": "2", "c": "3"}
    assert client.v1.customers.update(customer.id, {"metadata": ""}).to_dict()["metadata"] == {}


def test_onboarding_opens_an_account_for_charges(server: SandboxServer, client: stripe.StripeClient) -> None:
    assert client.v1.accounts.create({}).charges_enabled is True
    control(server, "POST", "settings", onboarding="required")
    account = client.v1.accounts.create({"business_profile": {"name": "Acme"}})
    assert account.charges_enabled is False
    params: Any = {
        "account": account.id,
        "type": "account_onboarding",
        "return_url": "https://shop.example/back",
        "refresh_url": "https://shop.example/again",
    }
    link = client.v1.account_links.create(params).url
    assert "Get Acme ready for payments" in fetch(link).text
    assert fetch(link, {"finish": "1"}).location == "https://shop.example/back"
    assert client.v1.accounts.retrieve(account.id).charges_enabled is True
    assert fetch(link, {"finish": "1"}).location == "https://shop.example/again"
