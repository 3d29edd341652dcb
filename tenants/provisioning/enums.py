"""The states of a schema that belongs to no store yet."""

from django.db import models


class SchemaState(models.TextChoices):
    """READY may be taken; whatever is MAKING after its lease, OUTDATED, or an ORPHAN for an hour is dropped."""

    MAKING = "making"
    READY = "ready"
    TAKEN = "taken"
    OUTDATED = "outdated"
    ORPHAN = "orphan"
