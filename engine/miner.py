"""A miner's life: register, take a shard, serve its stage, and leave without losing anything.

open folder and key ─► register ─► build shard ─► serve (events, heartbeats, receipts, feeding, merges, audits)
     ▲                                              │ session lost or moved to another stage
     └──────────────────────────────────────────────┘            stop ─► hand back, save, settle, leave

What the app asks is taken here; each part of that life has its place in `engine.life`.
"""

import asyncio
from typing import Final

from engine.devices import Device
from engine.life.allowance import Allowance
from engine.life.bringing import bring_folder
from engine.life.ending import Ending
from engine.life.equipment import Equipment, open_equipment
from engine.life.heartbeats import Heartbeats
from engine.life.pauses import Pauses
from engine.life.present_service import PresentService
from engine.life.registration import Registration
from engine.life.stays import Stays
from engine.life.telling import Tell, Telling
from engine.life.wishes import PausedBy, Wishes
from protocol.engine_control import EnginePhase, SetPace, StartTraining, Stopped
from protocol.keys import HotkeySigner
from protocol.orchestrator_api import Capabilities

REGISTER_AGAIN_SECONDS: Final = 1.0


class Miner:
    """One engine process's life. Belongs to the event loop."""

    def __init__(
        self, start: StartTraining, device: Device, signer: HotkeySigner, tell: Tell, capabilities: Capabilities
    ) -> None:
        self._device = device
        self._signer = signer
        self._capabilities = capabilities
        self._wishes = Wishes(start)
        self._telling = Telling(tell, self._wishes)
        self._present = PresentService()
        self._pauses = Pauses(self._wishes, self._present, self._telling)

    def stop(self, within_seconds: float) -> None:
        self._wishes.stop(within_seconds)

    async def pause(self) -> None:
        """Silent at once; returns when what computes has come to rest as well. Of several pauses and resumptions under
        way the last one holds."""
        await self._pauses.begin(PausedBy.PERSON)

    async def resume(self) -> None:
        """The person's pause is over; that of a used up allowance is not."""
        await self._pauses.end(PausedBy.PERSON)

    def set_pace(self, pace: SetPace) -> None:
        """From now on, for this service and those to come."""
        self._wishes.set_pace(pace)
        self._present.set_pace(self._wishes.start)
        self._telling.beat_now.set()  # others give it work by how gently it goes

    async def run(self) -> None:
        """Until stopped; raises UserFacingErrors that no retry can mend."""
        self._telling.enter(EnginePhase.STARTING)
        start, silence = self._wishes.start, self._pauses.silence
        folder = await bring_folder(start, self._wishes, self._telling)
        if folder is None:
            self._telling.tell(Stopped(saved=False))  # nothing was opened yet, and no receipt written
            return
        present = self._present
        equipment = open_equipment(
            start, folder, self._signer, silence, present.is_expected, present.most_payload_bytes
        )
        allowance = Allowance(equipment.traffic, self._pauses, self._telling)
        equipment.traffic.used_up = allowance.used_up
        await allowance.mind()
        stays = self._stays(equipment, allowance)
        try:
            await equipment.carrier.open(self._present.receive)
            ending = Ending.SESSION_LOST
            while ending is not Ending.STOPPED:
                ending = await stays.one()
                if ending is Ending.SESSION_LOST:
                    # An orchestrator that forgets at once what it has just granted must not be asked without a breath.
                    await self._wishes.until_stopped(asyncio.sleep(REGISTER_AGAIN_SECONDS))
        finally:
            await equipment.close()

    def _stays(self, equipment: Equipment, allowance: Allowance) -> Stays:
        return Stays(
            self._device,
            equipment,
            self._wishes,
            self._telling,
            self._present,
            self._pauses,
            Registration(equipment, self._signer, self._capabilities, self._telling),
            Heartbeats(equipment, self._wishes, self._telling, allowance),
        )
