"""Somebody who signs up, enters the dashboard and fills in its forms."""

import http.client
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from bench.site import Site

PASSWORD = "a long enough passphrase"


class Merchant:
    """The owner of one store, with a cookie jar for each host."""

    def __init__(self, site: Site, slug: str) -> None:
        self.site, self.slug = site, slug
        self.host = f"{slug}.localhost"
        self.claims: dict[str, int] = {}
        self._jars: dict[str, dict[str, str]] = {}
        self._token = ""
        self._open("localhost", "/signup/")
        words = {
            "email": f"{slug}@example.com",
            "password": PASSWORD,
            "name": slug.title(),
            "slug": slug,
            "country": "US",
        }
        status, _location, body = self.send("POST", "localhost", "/signup/", words)
        if status != 302:
            raise RuntimeError(f"sign-up answered {status}: {body[:300]}")
        _status, entry, _body = self.send("GET", "localhost", f"/stores/{slug}/enter/")
        parts = urlsplit(entry)
        self.send("GET", self.host, f"{parts.path}?{parts.query}")

    def get(self, path: str) -> str:
        """Return a page of the dashboard.

        Raises: RuntimeError when it is not there.
        """
        return self._open(self.host, path)

    def post(self, path: str, **words: str) -> str:
        """Send a form of the dashboard and return where the answer leads.

        Raises: RuntimeError when it leads nowhere.
        """
        self.get("/dashboard/settings/domains/")
        status, location, body = self.send("POST", self.host, path, words)
        if status not in (302, 303):
            raise RuntimeError(f"{path} answered {status}: {re.sub('<[^>]+>', ' ', body)[:600]}")
        return location

    def refused(self, path: str, **words: str) -> tuple[int, str]:
        """Send a form that is expected to be refused, and return the status and the page."""
        self.get("/dashboard/settings/domains/")
        status, _location, body = self.send("POST", self.host, path, words)
        return status, body

    def answer(self, method: str, path: str, *, host: str = "") -> tuple[int, str]:
        """Return status and location of one request of a stranger to a host, by default the store's first one."""
        link = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        link.request(method, path, headers={"Host": f"{host or self.host}:{self.site.port}"})
        response = link.getresponse()
        response.read()
        link.close()
        return response.status, response.headers.get("Location", "")

    def send(self, method: str, host: str, path: str, words: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Send one request with the host's cookies; return status, location and body."""
        jar = self._jars.setdefault(host, {})
        headers = {"Host": f"{host}:{self.site.port}", "Referer": f"http://{host}:{self.site.port}/"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        body = None
        if words is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(words | {"csrfmiddlewaretoken": self._token})
        link = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        link.request(method, path, body, headers)
        response = link.getresponse()
        text = response.read().decode(errors="replace")
        link.close()
        for value in response.headers.get_all("Set-Cookie") or []:
            jar |= {morsel.key: morsel.value for morsel in SimpleCookie(value).values()}
        return response.status, response.headers.get("Location", ""), text

    def _open(self, host: str, path: str) -> str:
        status, _location, body = self.send("GET", host, path)
        if status != 200:
            raise RuntimeError(f"{host}{path} answered {status}")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
        self._token = found.group(1) if found else self._token
        return body
