"""The API's own description and the table of addresses say the same, address by address and verb by verb."""

import re

from django.test import Client
from django.urls import get_resolver

from tenants.models import Tenant
from tests.isolation.routes import routes

VERBS = {"get", "post", "put", "patch", "delete"}


def test_the_document_names_every_address_of_the_api_and_its_verbs(acme: Tenant) -> None:
    answer = Client(headers={"host": "acme.localhost"}).get("/api/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    written = {path: VERBS & set(verbs) for path, verbs in answer.json()["paths"].items()}
    assert written == dict(served())
    assert len(written) >= 8


def served() -> list[tuple[str, set[str]]]:
    found = []
    resolver = get_resolver("shopstead.urls_store")
    for name, path, _arguments in routes("shopstead.urls_store"):
        if name.startswith("api_") and name != "api_openapi":
            address = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", path)
            view = resolver.resolve("/" + re.sub(r"<\w+:\w+>", "x", path)).func
            found.append((address, VERBS & {verb for verb in VERBS if hasattr(view.cls, verb)}))
    return found
