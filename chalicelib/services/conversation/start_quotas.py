"""How often may a conversation be begun, by one visitor and from one network?

Whoever forgets their pass is another visitor: so the network counts too, except where a deployment
stands behind something that hides it.
"""

from typing import Final

from chalicelib.model.visit import Visit
from chalicelib.services.ports import Ports
from chalicelib.services.ports.limits import Quota

STARTS_OF_A_VISITOR: Final = 3
MINUTE: Final = 60


def start_quotas(ports: Ports, visit: Visit, network: str) -> tuple[Quota, ...]:
    """What beginning a conversation spends; `network` is empty where nobody knows it."""
    quotas = [_quota(f"starts {visit.site} of {visit.visitor}", STARTS_OF_A_VISITOR)]
    if network and ports.starts_per_network:
        quotas.append(_quota(f"starts {visit.site} from {network}", ports.starts_per_network))
    return tuple(quotas)


def _quota(name: str, most: int) -> Quota:
    return Quota(name=name, most=most, seconds=MINUTE)
