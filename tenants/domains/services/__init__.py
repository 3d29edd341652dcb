"""What is done with merchants' domains."""

from tenants.domains.services.checking import check_claim, request_due_checks
from tenants.domains.services.choosing import choose_primary
from tenants.domains.services.claiming import claim_name
from tenants.domains.services.pruning import prune_host_changes
from tenants.domains.services.releasing import release_claim

__all__ = [
    "check_claim",
    "choose_primary",
    "claim_name",
    "prune_host_changes",
    "release_claim",
    "request_due_checks",
]
