"""The API's default: nobody."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    # rest_framework.views reads this module while it is being imported itself.
    from rest_framework.views import APIView


class DenyAll(BasePermission):
    """Refuse; a view that forgets to name its permission stays closed."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False


class Public(BasePermission):
    """Admit everybody, in so many words."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return True
