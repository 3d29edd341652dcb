"""Any order of cache operations in two stores and in public gives each what it put there itself."""

from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.tenancy import in_public, in_tenant
from tenants.models import Tenant

KEYS = ["a", "b", "cart:1", "t_00000000000000000000:a", "public::1:a"]
STEP = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["get", "set", "add", "incr", "delete", "set_many", "get_many", "touch", "get_or_set"]),
    st.sampled_from(KEYS),
    st.integers(0, 9),
)


@pytest.mark.guard("store-in-cache-key", found="in store")
@pytest.mark.django_db
def test_each_store_reads_what_it_wrote_itself(acme: Tenant, globex: Tenant) -> None:
    @settings(max_examples=60, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.lists(STEP, max_size=40))
    def walk(steps: list[tuple[int, str, str, int]]) -> None:
        model: list[dict[str, int]] = [{}, {}, {}]
        for number in range(3):
            with _place(number, acme, globex):
                cache.delete_many(KEYS)
        for number, deed, key, value in steps:
            with _place(number, acme, globex):
                told, expected = _do(deed, key, value), _expect(model[number], deed, key, value)
                assert told == expected, f"{deed} {key} in store {number}: {told}, not {expected}"

    walk()


def _place(number: int, acme: Tenant, globex: Tenant) -> Any:
    return in_public() if number == 2 else in_tenant((acme, globex)[number])


def _do(deed: str, key: str, value: int) -> Any:
    if deed == "incr":
        try:
            return cache.incr(key, value)
        except ValueError:
            return "missing"
    if deed == "set_many":
        return cache.set_many({key: value, "b": value})
    if deed == "get_many":
        return cache.get_many([key, "b"])
    arguments: tuple[Any, ...] = (key, value) if deed in ("set", "add", "get_or_set") else (key,)
    return getattr(cache, deed)(*arguments)


def _expect(known: dict[str, int], deed: str, key: str, value: int) -> Any:
    had = key in known
    if deed == "get":
        return known.get(key)
    if deed == "get_many":
        return {name: known[name] for name in (key, "b") if name in known}
    if deed == "touch":
        return had
    if deed == "incr":
        if had:
            known[key] += value
        return known[key] if had else "missing"
    if deed == "delete":
        known.pop(key, None)
        return had
    if deed in ("add", "get_or_set"):
        known.setdefault(key, value)
        return known[key] if deed == "get_or_set" else not had
    known[key] = value
    if deed == "set_many":
        known["b"] = value
        return []
    return None
