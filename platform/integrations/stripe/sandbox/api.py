"""Answer API requests: key, account, idempotency, faults, route, transaction."""

import hashlib
import json
import logging
import time
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.expansion import expand
from integrations.stripe.sandbox.faults import Fault
from integrations.stripe.sandbox.objects import new_id, visible
from integrations.stripe.sandbox.params import Params, parse_form
from integrations.stripe.sandbox.routes.connect import account_named
from integrations.stripe.sandbox.routing import Call, Route, match_route
from integrations.stripe.sandbox.scope import API_VERSION, PLATFORM
from integrations.stripe.sandbox.strictness import check_known
from integrations.stripe.sandbox.world import World

KEY_PREFIXES = ("sk_test_", "rk_test_")
MAX_KEY = 255
NOT_SAVED = frozenset({400, 401, 403, 404, 409, 429})
logger = logging.getLogger(__name__)


class ConnectionReset(Exception):
    """The fault that cuts the connection instead of answering."""


@dataclass
class Incoming:
    """An HTTP request; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Outgoing:
    """An HTTP answer."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"


@dataclass
class _Work:
    """A request that passed the door, with what it will run."""

    request: Incoming
    request_id: str
    fault: Fault | None
    data: Obj
    account: str
    key: str | None
    route: Route
    args: dict[str, str]


def answer(world: World, request: Incoming) -> Outgoing:
    """Answer one API request.

    Raises:
        ConnectionReset: a planted fault wants the connection cut.
    """
    request_id = new_id("req", 14)
    headers = {"Request-Id": request_id, "Stripe-Version": request.headers.get("stripe-version", API_VERSION)}
    fault = world.faults.strike_request(request.method, request.path)
    try:
        outgoing = _answer(world, request, request_id, fault)
    except ApiError as error:
        outgoing = _json(error.status, error.body() | {})
    outgoing.headers = headers | outgoing.headers
    if fault and fault.kind == "reset":
        raise ConnectionReset
    return outgoing


def _json(status: int, body: Any) -> Outgoing:
    return Outgoing(status, json.dumps(visible(body), indent=2, ensure_ascii=False))


def check_key(headers: dict[str, str]) -> str:
    """Return the secret key of a request.

    Raises:
        ApiError: 401 where it is missing or no test key.
    """
    scheme, _, value = headers.get("authorization", "").partition(" ")
    key = value.strip()
    if scheme.lower() == "basic":
        try:
            key = b64decode(key).decode().partition(":")[0]
        except (Base64Error, UnicodeDecodeError):
            key = ""
    if scheme.lower() not in ("bearer", "basic") or not key:
        raise ApiError(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    if not key.startswith(KEY_PREFIXES):
        raise ApiError(f"Invalid API Key provided: {key[:8]}***{key[-4:]}", status=401)
    return key


def _answer(world: World, request: Incoming, request_id: str, fault: Fault | None) -> Outgoing:
    check_key(request.headers)
    is_upload = request.headers.get("content-type", "").startswith("multipart/form-data")
    is_json = request.method == "POST" and request.path.startswith("/v2/")
    data = _read_upload(request) if is_upload else _read_json(request) if is_json else parse_form(_pairs(request))
    account = request.headers.get("stripe-account", PLATFORM)
    key = request.headers.get("idempotency-key") if request.method == "POST" else None
    world.log_request(request.method, request.path, data, account, key, request_id)
    if account:
        account_named(world.scope(PLATFORM), account)
    known, args = match_route(request.method, request.path)
    if fault and fault.kind == "error_429":
        raise ApiError("Too many requests hit the API too quickly.", status=429, code="rate_limit")
    work = _Work(request, request_id, fault, data, account, key, known, args)
    if key is None:
        return _execute(world, work)
    if len(key) > MAX_KEY:
        raise ApiError(f"Idempotency keys can have up to {MAX_KEY} characters.", kind="idempotency_error")
    return _execute_once(world, work, key)


def _read_json(request: Incoming) -> Obj:
    """Read the body of a request of API v2."""
    try:
        found = json.loads(request.body or b"{}")
    except ValueError as error:
        raise ApiError("The request's body is not JSON.", code="invalid_fields") from error
    if not isinstance(found, dict):
        raise ApiError("The request's body is not an object.", code="invalid_fields")
    return found


def _read_upload(request: Incoming) -> Obj:
    """Read a multipart body: plain fields, and of a file its name, type, size and digest."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    data: Obj = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition") or "")
        content = part.get_payload(decode=True)
        if not name or not isinstance(content, bytes):
            raise ApiError("The request's parameters could not be read.")
        if part.get_filename() is None:
            data[name] = content.decode(errors="replace")
        else:
            digest = hashlib.sha256(content).hexdigest()
            data[name] = {"filename": part.get_filename(), "size": str(len(content)), "digest": digest}
    return data


def _pairs(request: Incoming) -> list[tuple[str, str]]:
    try:
        text = request.body.decode() if request.method == "POST" else request.query
        if request.method == "DELETE":
            text = "&".join(part for part in (request.query, request.body.decode()) if part)
        return parse_qsl(text, keep_blank_values=True, max_num_fields=5000, errors="strict")
    except (ValueError, UnicodeDecodeError) as error:
        raise ApiError("The request's parameters could not be read.") from error


def _execute_once(world: World, work: _Work, key: str) -> Outgoing:
    described = json.dumps([work.request.method, work.request.path, work.data], sort_keys=True)
    fingerprint = hashlib.sha256(described.encode()).hexdigest()
    account = work.account
    saved = world.store.claim_key(account, key, fingerprint, world.now())
    if saved is None:
        try:
            return _execute(world, work)
        except BaseException:
            world.store.release_key(account, key)
            raise
    if saved.fingerprint != fingerprint:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request.",
            kind="idempotency_error",
        )
    if saved.status is None or saved.body is None:
        raise ApiError(
            f"There is currently another in-progress request using this Idempotent Key ({key}).",
            status=409,
            kind="idempotency_error",
            code="idempotency_key_in_use",
        )
    return Outgoing(saved.status, saved.body, {"Idempotent-Replayed": "true", "Idempotency-Key": key})


def _execute(world: World, work: _Work) -> Outgoing:
    fault, key = work.fault, work.key
    if fault and fault.delay_seconds:
        time.sleep(fault.delay_seconds)
    if fault and fault.kind == "reset" and not fault.after:
        raise ConnectionReset
    with world.store.transaction():
        if fault and fault.kind == "error_500" and not fault.after:
            outgoing = _failure()
        else:
            outgoing = _handle(world, work)
            if fault and fault.kind == "error_500":
                outgoing = _failure()
        if key is not None:
            if outgoing.status in NOT_SAVED:
                world.store.release_key(work.account, key)
            else:
                world.store.save_answer(work.account, key, outgoing.status, outgoing.body)
                outgoing.headers["Idempotency-Key"] = key
    world.wake()
    return outgoing


def _failure() -> Outgoing:
    message = "An unknown error occurred"
    return _json(500, {"error": {"type": "api_error", "message": message}})


def _handle(world: World, work: _Work) -> Outgoing:
    """Run the handler inside a savepoint, so that a refused request leaves nothing behind."""
    scope = world.scope(work.account, request_id=work.request_id, idempotency_key=work.key)
    try:
        with world.store.savepoint() as rollback:
            try:
                if work.route.typed:
                    check_known(work.route.typed, work.data)
                body = work.route.handler(Call(scope, Params(work.data), work.request.path, work.args))
                paths = Params(work.data).texts("expand")
                return _json(200, expand(scope, json.loads(json.dumps(body)), paths))
            except ApiError as error:
                if not error.commits:
                    rollback()
                return _json(error.status, error.body())
    except Exception:
        logger.exception("%s %s failed", work.request.method, work.request.path)
        return _failure()
