"""Registering with the orchestrator, which answers with a run, a stage and all that a service begins with."""

from engine.disk.checkpoint import read_place
from engine.disk.state_folder import StateFolder
from engine.life.equipment import Equipment
from engine.life.telling import Telling
from engine.network.answers import pause_before_retry
from protocol.errors import Unavailable
from protocol.keys import HotkeySigner
from protocol.orchestrator_api import (
    Capabilities,
    Holding,
    NodeBinding,
    RegisterReply,
    RegisterRequest,
    binding_text,
)
from swarm.run_problems import checked_run


class Registration:
    """Belongs to the event loop."""

    def __init__(
        self, equipment: Equipment, signer: HotkeySigner, capabilities: Capabilities, telling: Telling
    ) -> None:
        self._equipment = equipment
        self._signer = signer
        self._capabilities = capabilities
        self._telling = telling

    async def register(self, payout_coldkey: str | None) -> RegisterReply:
        """Until it succeeds; only what time can mend is tried again. Raises MalformedMessage for a run that nobody can
        train, before any memory is taken for it."""
        attempt = 0
        while True:
            try:
                hello = await self._equipment.client.greet()
                reply = await self._equipment.client.register(self._request(hello.address, payout_coldkey))
                checked_run(reply.run, reply.stage)
                return reply
            except Unavailable as error:
                attempt += 1
                self._telling.trouble(error)
                await pause_before_retry(error, attempt)

    def _request(self, orchestrator: str, payout_coldkey: str | None) -> RegisterRequest:
        key = self._equipment.key
        return RegisterRequest(
            binding=NodeBinding(node=key.node_id, signature=key.sign(binding_text(self._signer.address, orchestrator))),
            payout_coldkey=payout_coldkey,
            addresses=self._equipment.carrier.addresses,
            capabilities=self._capabilities,
            holding=_holding(self._equipment.folder),
        )


def _holding(folder: StateFolder) -> Holding | None:
    place = read_place(folder.checkpoint_file)
    return Holding(run_id=place.run_id, stage=place.stage) if place else None
