"""A claim that waits for its proof."""

from datetime import datetime

import pytest

from tenants.domains.models import DomainClaim
from tenants.domains.services import claim_name
from tenants.models import Tenant
from tests.tenants.domains.claiming import NAME


@pytest.fixture
def claim(acme: Tenant, now: datetime) -> DomainClaim:
    return claim_name(tenant_id=acme.pk, typed=NAME, actor="acme@example.com", now=now)
