"""A return's label and photos as answers to a browser."""

from pathlib import PurePosixPath

from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.translation import gettext as _

from storefront.returns.models import Return


def label_answer(found: Return) -> HttpResponseBase:
    """Answer with the label as a file to keep; it was uploaded, so no browser shows it as a page."""
    try:
        if not found.label_path:
            raise FileNotFoundError
        content = storages["private"].open(found.label_path)
    except FileNotFoundError as error:
        raise Http404(_("There is no label for this return.")) from error
    name = f"{found.name.lstrip('#')}{PurePosixPath(found.label_path).suffix}"
    return _private(FileResponse(content, as_attachment=True, filename=name, content_type="application/octet-stream"))


def photo_answer(found: Return, number: int, *, is_small: bool) -> HttpResponseBase:
    """Answer with a return's photo, counted from 1; it was encoded here, so a browser may show it as a picture."""
    try:
        photo = found.photos[number - 1] if number else {}
        content = storages["private"].open(photo["small" if is_small else "path"])
    except (LookupError, FileNotFoundError) as error:
        raise Http404(_("There is no such photo of this return.")) from error
    return _private(FileResponse(content, content_type="image/webp"))


def _private(response: FileResponse) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
