"""Events and webhook endpoints."""

from urllib.parse import urlsplit

from integrations.stripe.sandbox.cards import deleted
from integrations.stripe.sandbox.errors import ApiError, Obj, missing
from integrations.stripe.sandbox.objects import new_id
from integrations.stripe.sandbox.routing import Call, answer_page, route
from integrations.stripe.sandbox.scope import API_VERSION


@route("GET", "/v1/events")
def list_events(call: Call) -> Obj:
    """List events, of one type or several; a type may end in `*`."""
    types = [*call.params.texts("types"), *([call.params.required("type")] if call.params.has("type") else [])]

    def keep(event: Obj) -> bool:
        return any(event["type"] == one or (one[-1] == "*" and event["type"].startswith(one[:-1])) for one in types)

    page = answer_page(call, "event", keep=keep if types else None)
    page["data"] = [_with_pending(call, event) for event in page["data"]]
    return page


@route("GET", "/v1/events/{id}")
def retrieve_event(call: Call) -> Obj:
    """Retrieve an event."""
    return _with_pending(call, call.scope.get("event", call.id))


def _with_pending(call: Call, event: Obj) -> Obj:
    return event | {"pending_webhooks": call.scope.store.pending_webhooks(event["id"])}


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ApiError(
            "Invalid URL: An explicit scheme (such as https) must be provided.", code="url_invalid", param="url"
        )
    return url


@route("POST", "/v1/webhook_endpoints", "WebhookEndpointCreateParams")
def create_endpoint(call: Call) -> Obj:
    """Register an endpoint; this answer alone carries its secret."""
    scope, params = call.scope, call.params
    if not params.texts("enabled_events"):
        raise missing("enabled_events")
    secret = new_id("whsec", 32)
    endpoint = scope.make(
        "webhook_endpoint",
        "we",
        url=_checked_url(params.required("url")),
        enabled_events=params.texts("enabled_events"),
        description=params.text("description"),
        metadata=params.metadata(),
        api_version=params.text("api_version", API_VERSION),
        _connect=params.boolean("connect"),
        _secret=secret,
    )
    scope.save(endpoint)
    return endpoint | {"secret": secret}


@route("GET", "/v1/webhook_endpoints")
def list_endpoints(call: Call) -> Obj:
    """List endpoints."""
    return answer_page(call, "webhook_endpoint")


@route("GET", "/v1/webhook_endpoints/{id}")
def retrieve_endpoint(call: Call) -> Obj:
    """Retrieve an endpoint."""
    return call.scope.get("webhook_endpoint", call.id)


@route("POST", "/v1/webhook_endpoints/{id}", "WebhookEndpointUpdateParams")
def update_endpoint(call: Call) -> Obj:
    """Update an endpoint."""
    endpoint, params = call.scope.get("webhook_endpoint", call.id), call.params
    if params.has("url"):
        endpoint["url"] = _checked_url(params.required("url"))
    if params.texts("enabled_events"):
        endpoint["enabled_events"] = params.texts("enabled_events")
    if "description" in params:
        endpoint["description"] = params.text("description")
    if "disabled" in params:
        endpoint["status"] = "disabled" if params.boolean("disabled") else "enabled"
    endpoint["metadata"] = params.metadata(endpoint["metadata"])
    return call.scope.save(endpoint)


@route("DELETE", "/v1/webhook_endpoints/{id}")
def delete_endpoint(call: Call) -> Obj:
    """Delete an endpoint."""
    call.scope.get("webhook_endpoint", call.id)
    call.scope.store.delete(call.id, call.scope.account)
    return deleted("webhook_endpoint", call.id)
