"""A return's label as an answer to a browser."""

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
    response = FileResponse(content, as_attachment=True, filename=name, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
