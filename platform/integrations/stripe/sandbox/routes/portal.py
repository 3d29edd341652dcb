"""Sessions and configurations of the billing portal."""

from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.objects import template
from integrations.stripe.sandbox.routing import Call, answer_page, route
from integrations.stripe.sandbox.scope import Scope


def default_configuration(scope: Scope) -> Obj:
    """Return the account's default configuration, made at its first use."""
    found = [one for one in scope.store.all("billing_portal.configuration", scope.account) if one["is_default"]]
    if found:
        return found[0]
    made = scope.make("billing_portal.configuration", "bpc", is_default=True, updated=scope.now)
    return scope.save(made)


@route("POST", "/v1/billing_portal/sessions", "billing_portal.SessionCreateParams")
def create_session(call: Call) -> Obj:
    """Open the portal for a customer."""
    scope, params = call.scope, call.params
    customer = scope.customer_of(params.required("customer"))
    chosen = params.text("configuration")
    configuration = (
        scope.get("billing_portal.configuration", chosen, "configuration") if chosen else default_configuration(scope)
    )
    session = scope.make(
        "billing_portal.session",
        "bps",
        customer=customer["id"],
        configuration=configuration["id"],
        return_url=params.text("return_url") or configuration["default_return_url"],
        locale=params.text("locale"),
    )
    session["url"] = f"{scope.public_url}/p/session/{session['id']}"
    if params.has("flow_data"):
        unset: Obj = dict.fromkeys(("subscription_cancel", "subscription_update", "subscription_update_confirm"))
        unset["after_completion"] = {"hosted_confirmation": None, "redirect": None, "type": "portal_homepage"}
        session["flow"] = unset | params.group("flow_data").data
    return scope.save(session)


@route("POST", "/v1/billing_portal/configurations", "billing_portal.ConfigurationCreateParams")
def create_configuration(call: Call) -> Obj:
    """Create a configuration; the sandbox's page shows the same things whatever it says."""
    scope, params = call.scope, call.params
    made = template("billing_portal.configuration")
    profile = made["business_profile"] | params.group("business_profile").data
    return scope.save(
        scope.make(
            "billing_portal.configuration",
            "bpc",
            business_profile=profile,
            default_return_url=params.text("default_return_url"),
            metadata=params.metadata(),
            updated=scope.now,
        )
    )


@route("GET", "/v1/billing_portal/configurations")
def list_configurations(call: Call) -> Obj:
    """List configurations."""
    default_configuration(call.scope)
    return answer_page(call, "billing_portal.configuration", "active")


@route("GET", "/v1/billing_portal/configurations/{id}")
def retrieve_configuration(call: Call) -> Obj:
    """Retrieve a configuration."""
    return call.scope.get("billing_portal.configuration", call.id)
