"""The owner's team, signed in to the console."""

from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from accounts.services import create_user
from tests.fixtures.tenancy import PASSWORD


@pytest.fixture
def jonas(db: None, now: datetime) -> User:
    """One of the owner's team."""
    return create_user(email="jonas@example.com", password=PASSWORD, now=now, name="Jonas", is_platform_staff=True)


@pytest.fixture
def console(jonas: User) -> Client:
    """Jonas, signed in on the platform's host."""
    client = Client(headers={"host": "localhost"})
    client.force_login(jonas)
    return client
