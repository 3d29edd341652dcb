"""Hostile store names at sign-up: refused in words, and the catalog of schemas never sees one."""

import random

import pytest
from django.db import connection
from django.test import Client

from tenants.errors import AddressRefused
from tenants.models import Tenant
from tenants.slugs import RESERVED, clean_slug

SEED, GENERATED = 7719, 1000
LETTERS = "abcz09-_. '\"\\;:/%$#@!*()[]{}<>|&?=+,\x00\n\r\t\u200b\u202e\u00e9\u0430\uff41\u0660\u4e2d\U0001f600AÀİßﬁ"
HAND_MADE = [
    *RESERVED,
    *(word.upper() for word in sorted(RESERVED)[:40]),
    "", " ", "-", "--", "a", "ab", "a" * 41, "a" * 63, "a" * 64, "a" * 1000, "-abc", "abc-", "a--b", "ab--c", "xn--80ak6aa92e",
    "pg_catalog", "pg_toast", "pg-1;", "information_schema", "t_00000000000000000000", "../beta", "/etc", "..", "a/b", "a\\b",
    "acme'; DROP SCHEMA public CASCADE; --", 'x", public; --', "%s", "%(name)s", "{0}", "${jndi:ldap://x}", "{{7*7}}", "<b>", "a b",
    "аcme", "acmе", "ａｃｍｅ", "acme\u200b", "acme\u00ad", "acme\u202e", "acmé", "ACMÉ", "ſhop", "Kelvin", "ıstanbul", "ﬁsh",
    "acme.", ".acme", "acme.com", "acme:80", "acme@evil", "acme\x00", "acme\n",
    "acme\r\nX: y", "acme\t1", "０１２", "٣٤٥", "a_b", "a*b",
    "none;null", "true|false", "undefined!", "NaN()", "con:", "a,b", "a;b", "a'b", 'a"b',
    "a`b", "$(id)", "|id", "&&id", "~root", "#abc",
    "a=b", "a?b", "a+b", "(abc)", "[abc]", "👍👍👍", "中文店铺", "Привет", "שלום", "مرحبا",
    "日本語", "한국어", "ελλ", "ñandú", "çava",
]  # fmt: skip


def generated() -> list[str]:
    chance = random.Random(SEED)
    return ["".join(chance.choices(LETTERS, k=chance.randint(1, 70))) for _ in range(GENERATED)]


def _is_plain(name: str) -> bool:
    try:
        clean_slug(name)
    except AddressRefused:
        return False
    return True


HOSTILE = [name for name in [*HAND_MADE, *generated()] if not _is_plain(name)]


def schemas() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.guard("allow-listed-address", found="was let in")
def test_a_name_is_refused_or_plain(db: None) -> None:
    assert len(HAND_MADE) >= 200
    refused = 0
    for name in [*HAND_MADE, *generated()]:
        try:
            slug = clean_slug(name)
        except AddressRefused:
            refused += 1
            continue
        plain = slug.isascii() and slug.replace("-", "").isalnum() and slug == slug.lower() == slug.strip("-")
        assert plain and slug not in RESERVED, f"{name!r} was let in as {slug!r}"
    assert refused > GENERATED / 2


@pytest.mark.guard("allow-listed-address", found="list|422|before")
def test_signing_up_with_hostile_names_makes_no_schema_and_no_store(platform_client: Client, acme: Tenant) -> None:
    before, stores = schemas(), Tenant.objects.count()
    chance = random.Random(SEED)
    platform_client.raise_request_exception = False
    for name in chance.sample(HOSTILE, 50):
        form = {
            "email": "new@example.com",
            "password": "a long enough passphrase",
            "name": "New",
            "slug": name,
            "country": "US",
        }
        answer = platform_client.post("/signup/", form)
        assert (answer.status_code, list(answer.context["form"].errors) if answer.context else []) == (422, ["slug"]), (
            name
        )
    assert (schemas(), Tenant.objects.count()) == (before, stores)


def test_the_schemas_are_public_and_generated_ones(acme: Tenant) -> None:
    own = {name for name in schemas() if not name.startswith("pg_") and name not in ("information_schema", "public")}
    assert {name for name in own if not (name.startswith("t_") and len(name) == 22)} == set()
