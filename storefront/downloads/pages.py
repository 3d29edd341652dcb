"""The address that sends a file to who bought it, whole or from where it broke off."""

import re
from collections.abc import Iterator
from typing import IO

from django.core.files.storage import storages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.clock import utc_now
from core.http import HttpRequest
from storefront.downloads.errors import DownloadNotFound, DownloadRefused
from storefront.downloads.services import get_grant, take_download

PIECE = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})", re.ASCII)


@never_cache
@require_safe
def download(request: HttpRequest, pk: int, token: str) -> HttpResponseBase:
    """Send a file as an attachment; a single range of bytes is answered, others are not."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    start = int(asked[1]) if asked else 0
    try:
        if request.method == "HEAD":
            get_grant(grant_id=pk, token=token)
            return HttpResponse(status=204)
        file = take_download(grant_id=pk, token=token, is_start=start == 0, now=utc_now())
        content = storages["private"].open(file.path)
    except DownloadRefused as error:
        return render(request, "downloads/over.html", {"reason": error}, status=410, using="jinja2")
    except (DownloadNotFound, FileNotFoundError) as error:
        raise Http404(str(error)) from error
    size = content.size
    end = min(int(asked[2]), size - 1) if asked and asked[2] else size - 1
    if asked and (start >= size or end < start):
        content.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_pieces(content, start, end), status=206 if asked else 200)
    response["Content-Type"] = "application/octet-stream"
    response["Content-Length"] = str(end - start + 1)
    response["Accept-Ranges"] = "bytes"
    if asked:
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=file.filename) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Robots-Tag"] = "noindex"
    return response


def _pieces(content: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with content:
        content.seek(start)
        left = end - start + 1
        while left > 0 and (piece := content.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


urlpatterns = [path("downloads/<int:pk>/<str:token>/", download, name="download")]
