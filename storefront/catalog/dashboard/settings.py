"""Settings of goods: the merchant's own fields, and tax classes."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from storefront.catalog.dashboard.numbers import read_id
from storefront.catalog.enums import FieldOwner
from storefront.catalog.forms.settings import CustomFieldForm, TaxClassForm
from storefront.catalog.selectors import list_custom_fields, list_tax_classes
from storefront.catalog.services import (
    arrange_custom_field,
    create_custom_field,
    delete_custom_field,
    delete_tax_class,
    save_tax_class,
    update_custom_field,
)
from storefront.catalog.services.custom_fields import Step
from tenants.people.permissions import Permission


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
def fields(request: HttpRequest) -> HttpResponse:
    """Show the fields of products, versions or collections; add, change, move and delete them."""
    asked = request.POST.get("owner") or request.GET.get("owner") or ""
    owner = FieldOwner(asked) if asked in FieldOwner.values else FieldOwner.PRODUCT
    rows = list_custom_fields(owner)
    field_id = read_id(request.POST.get("field"))
    forms = [CustomFieldForm(request.POST if one.pk == field_id else None, own=one) for one in rows]
    new = CustomFieldForm(request.POST if request.POST.get("field") == "new" else None, owner=owner)
    if request.method == "POST":
        form = next((one for one in [*forms, new] if one.is_bound), None)
        if form is None or _do_field(request, form, owner):
            return redirect(f"{reverse('dashboard_fields')}?owner={owner.value}")
    context = {
        "forms": forms,
        "new": new,
        "owner": owner.value,
        "views": [{"label": one.label, "url": f"?owner={one.value}", "current": one == owner} for one in FieldOwner],
        "crumbs": _crumbs(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/dashboard/words/fields.html", context, status=status)


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
def tax_classes(request: HttpRequest) -> HttpResponse:
    """Show the tax classes; add, rename and delete them."""
    asked = request.POST.get("class", "")
    forms = [
        TaxClassForm(request.POST if asked == str(one.pk) else None, pk=one.pk, initial={"name": one.name})
        for one in list_tax_classes()
    ]
    new = TaxClassForm(request.POST if asked == "new" else None)
    if request.method == "POST":
        form = next((one for one in [*forms, new] if one.is_bound), None)
        if form is None or _do_tax_class(request, form):
            return redirect("dashboard_tax_classes")
    context = {"forms": forms, "new": new, "crumbs": _crumbs()}
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/dashboard/words/taxes.html", context, status=status)


def _do_field(request: HttpRequest, form: CustomFieldForm, owner: FieldOwner) -> bool:
    """Carry out what was asked of a field; False when the page has to say what is wrong."""
    actor, now, own = request.user.get_username(), utc_now(), form.own
    try:
        if own is not None and "delete" in request.POST:
            name = delete_custom_field(field_id=own.pk, actor=actor, now=now)
            messages.success(request, _("Deleted “%(title)s”.") % {"title": name})
            return True
        if own is not None and request.POST.get("step") in ("up", "down"):
            arrange_custom_field(field_id=own.pk, step=cast("Step", request.POST["step"]), actor=actor, now=now)
            return True
        if not form.is_valid():
            return False
        if own is None:
            kind = form.cleaned_data["type"]
            create_custom_field(owner=owner, type=kind, actor=actor, now=now, **form.answers())
        else:
            update_custom_field(field_id=own.pk, actor=actor, now=now, **form.answers())
    except InvalidInput as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    messages.success(request, _("Saved."))
    return True


def _do_tax_class(request: HttpRequest, form: TaxClassForm) -> bool:
    actor, now = request.user.get_username(), utc_now()
    try:
        if form.pk is not None and "delete" in request.POST:
            name = delete_tax_class(tax_class_id=form.pk, actor=actor, now=now)
            messages.success(request, _("Deleted “%(title)s”.") % {"title": name})
            return True
        if not form.is_valid():
            return False
        save_tax_class(name=form.cleaned_data["name"], tax_class_id=form.pk, actor=actor, now=now)
    except InvalidInput as error:
        form.add_error("name" if error.field == "name" else None, str(error))
        return False
    messages.success(request, _("Saved."))
    return True


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Settings"), "url": reverse("dashboard_settings")}]


urlpatterns = [
    path("fields/", fields, name="dashboard_fields"),
    path("taxes/", tax_classes, name="dashboard_tax_classes"),
]
