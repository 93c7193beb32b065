"""Which bugs are planted, by name?"""

from tests.sim.engagement_mutants import ENGAGEMENTS
from tests.sim.flow_mutants import FLOWS
from tests.sim.handling_mutants import HANDLING
from tests.sim.mail_mutants import MAIL
from tests.sim.message_mutants import MESSAGES
from tests.sim.planting import Mutant
from tests.sim.routing_mutants import ROUTING

MUTANTS: dict[str, Mutant] = {
    each.name: each for each in (*ROUTING, *HANDLING, *MESSAGES, *FLOWS, *MAIL, *ENGAGEMENTS)
}
