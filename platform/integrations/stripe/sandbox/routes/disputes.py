"""Disputes, and the files that answer them."""

from integrations.stripe.sandbox.disputes import FINAL, add_evidence, close_dispute
from integrations.stripe.sandbox.errors import ApiError, Obj, missing
from integrations.stripe.sandbox.objects import template
from integrations.stripe.sandbox.routing import Call, answer_page, route

MOST_CHARACTERS = 150_000
MOST_BYTES = 5 * 1024 * 1024
KINDS = ("jpeg", "jpg", "pdf", "png")


@route("GET", "/v1/disputes")
def list_disputes(call: Call) -> Obj:
    """List disputes."""
    return answer_page(call, "dispute", "charge", "payment_intent")


@route("GET", "/v1/disputes/{id}")
def retrieve_dispute(call: Call) -> Obj:
    """Retrieve a dispute."""
    return call.scope.get("dispute", call.id)


@route("POST", "/v1/disputes/{id}", "DisputeUpdateParams")
def update_dispute(call: Call) -> Obj:
    """Add evidence; it goes to the bank at once unless `submit` is false."""
    scope, params = call.scope, call.params
    dispute = scope.get("dispute", call.id)
    dispute["metadata"] = params.metadata(dispute["metadata"])
    if not params.has("evidence"):
        return scope.save(dispute)
    evidence = {key: value or None for key, value in params.group("evidence").data.items()}
    known = template("dispute")["evidence"]
    for key in evidence.keys() - known.keys():
        raise ApiError(
            f"Received unknown parameter: evidence[{key}]", code="parameter_unknown", param=f"evidence[{key}]"
        )
    if sum(len(str(value)) for value in evidence.values()) > MOST_CHARACTERS:
        raise ApiError(f"The evidence may have {MOST_CHARACTERS} characters in all.", param="evidence")
    submits = params.boolean("submit") if params.has("submit") else True
    return add_evidence(scope, dispute, evidence, submits=submits)


@route("POST", "/v1/disputes/{id}/close", "DisputeCloseParams")
def close(call: Call) -> Obj:
    """Accept a dispute as lost."""
    dispute = call.scope.get("dispute", call.id)
    if dispute["status"] in FINAL:
        raise ApiError(f"This dispute is already {dispute['status']}.")
    return close_dispute(call.scope, dispute, won=False)


@route("POST", "/v1/files", "FileCreateParams")
def create_file(call: Call) -> Obj:
    """Take a file; the sandbox keeps its name, size and digest."""
    params = call.params
    given = params.data.get("file")
    if not isinstance(given, dict):
        raise missing("file")
    purpose = params.required("purpose")
    kind = str(given["filename"]).rpartition(".")[2].lower()
    if purpose == "dispute_evidence" and kind not in KINDS:
        raise ApiError(f"Files of the type {kind} are not accepted as evidence. Use {', '.join(KINDS)}.", param="file")
    if int(given["size"]) > MOST_BYTES:
        raise ApiError("The file is larger than 5 MB.", param="file")
    scope = call.scope
    made = scope.make(
        "file",
        "file",
        filename=given["filename"],
        purpose=purpose,
        size=int(given["size"]),
        type=kind,
        created=scope.now,
    )
    made["links"]["url"] = f"/v1/file_links?file={made['id']}"
    made["_digest"] = given["digest"]
    return scope.save(made)


@route("GET", "/v1/files/{id}")
def retrieve_file(call: Call) -> Obj:
    """Retrieve what is known of a file."""
    return call.scope.get("file", call.id)
