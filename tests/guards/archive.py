"""The guards of archives: of what comes out of a file, of sandboxes, and of a store's end."""

from pathlib import Path
from typing import Any

import pytest

from tests.guards.registry import guard

ARCHIVE = "tenants.archive"


@guard("archive-read-before-written", "T26", what="Every part is compared with its checksum before a byte is written.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.reading.ArchiveReader.verify", lambda _self, _report=None: None)


@guard("archive-plain-files-only", "T26", "T7", what="Nothing but plain files is read from an archive.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    import tarfile

    every = (
        tarfile.REGTYPE,
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.DIRTYPE,
        tarfile.FIFOTYPE,
        tarfile.CHRTYPE,
        b"x",
    )
    monkeypatch.setattr(f"{ARCHIVE}.reading.PLAIN_FILES", every)


@guard("archive-names-of-ours", "T26", "T7", what="A part's name is matched against what an archive may hold.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.reading.check_name", lambda name: name)
    monkeypatch.setattr(f"{ARCHIVE}.manifest.check_name", lambda name: name)


@guard("archive-inside-its-folder", "T26", "T7", what="A file lands inside the folder of its store, whatever its name.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.files.Path.is_relative_to", lambda _self, _other: True)


@guard("archive-of-this-store", "T26", "T17", what="A store is replaced by nothing but its own archives.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.services.restoring.need_own", lambda *_words: None)


@guard("archive-makes-no-owner", "T26", "T21", what="Nobody becomes an owner by what a file says.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.services.copying.most_by_a_file", lambda role: role)


@guard("strangers-file-brings-nobody", "T26", "T21", what="A file that a person brings gives no place to anybody else.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.archive.services import working

    opening = working._opening
    monkeypatch.setattr(working, "_opening", lambda handle: {**opening(handle), "may_bring_people": True})


@guard("copies-show-clean-html", "T26", what="HTML from an archive is cleaned before anybody can see it.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.catalog.copies.sanitize_html", lambda html, **_how: html)


@guard(
    "erased-stay-erased", "T26", what="Whom a store has erased is erased again before a restored schema can be seen."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.services.restoring.reapply_erasures", lambda **_words: 0)


@guard("restoring-schema-is-claimed", "T17", what="A schema being restored is registered, so that no sweeper drops it.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.archive.services import restoring

    claim = restoring.claim_schema

    def unclaimed(**words: Any) -> Any:
        claimed = claim(**words)
        claimed.delete()
        return claimed

    monkeypatch.setattr(restoring, "claim_schema", unclaimed)


@guard(
    "given-up-is-marked-first",
    "T16",
    "T17",
    what="A restoration is marked before it is cleared away, so that it cannot open.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.services.restoring._give_up", lambda _restoration: True)


@guard("sandbox-writes-to-nobody", "T25", what="No mail leaves a sandbox but to the people who work in it.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.mailing.is_sandbox", lambda _tenant_id: False)


@guard(
    "sandbox-is-neutralized",
    "T1",
    "T2",
    "T4",
    "T25",
    what="E-mails, passwords, tokens and provider ids are rewritten in a sandbox.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.services.copying.neutralize_copy", lambda: None)


@guard("sandbox-is-not-indexed", "T25", what="Every answer of a sandbox keeps search engines away.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.middleware.is_sandbox", lambda _tenant_id: False)


@guard("archive-of-its-store", "T7", "T21", what="A kept archive is found by its store only.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.archive.models import Archive

    monkeypatch.setattr(f"{ARCHIVE}.dashboard.get_archive", lambda *, token, **_words: Archive.objects.get(token=token))


@guard("upload-of-its-person", "T7", "T21", what="A file that was brought is found by who brought it only.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.archive.services import uploading

    place = uploading._place

    def anybodys(user_id: int, token: str) -> Path:
        own = place(user_id, token)
        return next(own.parent.glob(f"*-{token}.shopstead"), own)

    monkeypatch.setattr(uploading, "_place", anybodys)


@guard(
    "address-held-for-a-while", "T20", what="The address of a store that is gone is given to nobody for ninety days."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.answers.find_held_address", lambda *_words, **_how: None)


@guard(
    "erasing-and-keeping-exclude",
    "T16",
    what="A store is kept or erased, never both: who comes second asks again under the lock.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenants.archive.enums import DeletionState
    from tenants.archive.models import Deletion

    def unasked(deletion_id: int) -> Deletion:
        held = Deletion.objects.get(pk=deletion_id)
        held.state = DeletionState.WAITING
        return held

    monkeypatch.setattr(f"{ARCHIVE}.services.deleting.lock_deletion", unasked)
