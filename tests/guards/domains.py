"""The guards of host names."""

from typing import Any

import pytest

from tests.guards.registry import guard


@guard(
    "changes-are-looked-for", "T14", "T19", what="A process asks twice a second which hosts and stores have changed."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.hosts._read_changes", lambda *, since: (since, []))


@guard(
    "redirect-to-our-own-record",
    "T19",
    what="A redirect leads to the primary domain's row, never to what a request names.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.middleware import _redirect_to

    monkeypatch.setattr(
        "tenants.middleware._redirect_to",
        lambda host, request: _redirect_to(request.headers.get("X-Forwarded-Host", host), request),
    )


@guard(
    "token-of-this-claim",
    "T20",
    what="A domain is a store's when the token made for this very claim stands in its zone.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take any token of ours for a proof."""
    from tenants.domains.enums import Finding
    from tenants.domains.services.checking import judge

    def lenient(texts: Any, *, token: str) -> Finding:
        found = judge(texts, token=token)
        return Finding.FOUND if found == Finding.OTHER_TOKEN else found

    monkeypatch.setattr("tenants.domains.services.checking.judge", lenient)


@guard("silence-proves-nothing", "T20", what="Name servers that do not answer grant nothing.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.domains.enums import Finding
    from tenants.domains.services.checking import judge

    def trusting(texts: Any, *, token: str) -> Finding:
        found = judge(texts, token=token)
        return Finding.FOUND if found == Finding.UNANSWERED else found

    monkeypatch.setattr("tenants.domains.services.checking.judge", trusting)


@guard("quarantine", "T20", what="A name that a store has left is nobody else's for three days.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.domains.services.checking.find_quarantine", lambda **_words: None)


@guard("claims-of-this-store", "T5", "T20", what="A page about a claim asks for the claims of its own store alone.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.domains.models import DomainClaim

    monkeypatch.setattr(
        "tenants.domains.dashboard.get_claim", lambda *, tenant_id, claim_id: DomainClaim.objects.get(pk=claim_id)
    )
