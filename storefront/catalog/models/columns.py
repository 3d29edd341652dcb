"""What a database gives to a JSON column that an older release does not write."""

from django.db import models
from django.db.models import Value

EMPTY_OBJECT = Value({}, models.JSONField())
EMPTY_LIST = Value([], models.JSONField())
