"""Papers as answers to a browser."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from storefront.documents.drawing import draw_pdf
from storefront.documents.paper import Paper


def pdf_answer(papers: Iterable[Paper], *, name: str) -> HttpResponse:
    """Answer with papers as one PDF that the browser shows, and saves under this name."""
    response = HttpResponse(draw_pdf(papers), content_type="application/pdf")
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=False, filename=f"{name}.pdf") or ""
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
