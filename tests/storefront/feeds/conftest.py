from tests.integrations.http.conftest import web

__all__ = ["web"]
