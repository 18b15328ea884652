"""This computer's devices, its engine and its speed, for the window and the terminal alike. Every call may block."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from app.core.computer.devices import FoundComputer
from app.core.computer.line import LinePlan, NoLine, line_goal, line_plan, order_text, until_told
from app.core.computer.speed import Measuring
from app.core.computer.speed_run import CHECK_MODULE, SpeedCheck, check_arguments
from app.core.engine.orders import month_bytes
from app.core.engine.outcomes import NotStarted
from app.core.network.known import known_networks
from app.core.ports import ChildLimits
from app.core.settings.settings import NetworkChoice, Settings, settings_file
from app.core.settings.work_folder import disk_for_work
from app.platforms.child_limits import bind_child
from app.platforms.devices import find_computer
from app.platforms.here import metered_here, this_computer
from app.platforms.installation import Installation, installation
from app.platforms.paths import ROOT, ProfilePaths, programs_folder
from app.platforms.services import Computer
from app.update.engine_programs import EnginePrograms
from app.update.here import fetcher_here
from app.update.programs import Programs
from app.update.states import Ready, Refused, State
from protocol.engine_process import engine_variables
from protocol.errors import UserFacingError
from protocol.speed_check import LINE_ORDER


class ComputerServices(Protocol):
    """What a view of this computer needs. Tests bring their own."""

    def look(self) -> FoundComputer: ...

    def engine(self) -> State:
        """Ready where one is here; else Offered with its size, or Refused with the reason."""
        ...

    def fetch_engine(self, tell: Callable[[State], None], cancelled: Callable[[], bool]) -> State:
        """The person has agreed. What broke off before goes on."""
        ...

    def line_goal(self, choice: NetworkChoice | None) -> LinePlan:
        """Where the internet line would be measured to in that network. Quick: nothing is asked."""
        ...

    def speed_check(self, settings: Settings, tell: Callable[[Measuring], None]) -> SpeedCheck:
        """Made, not run. The internet line of the settings' network is part of it where it may be measured."""
        ...

    def celsius(self) -> float | None:
        """Of the hottest part; None where nobody tells."""
        ...


class ComputerHere:
    """ComputerServices of the computer that runs us."""

    def __init__(
        self,
        paths: ProfilePaths,
        place: Installation | None = None,
        is_metered: Callable[[], bool | None] = metered_here,
    ) -> None:
        self._paths, self._is_metered = paths, is_metered
        self._known = known_networks()
        self._place = place or installation()
        self._programs = Programs(programs_folder())
        self._engines = EnginePrograms(self._place, self._programs)
        self._sensors: Computer | None = None

    def look(self) -> FoundComputer:
        return find_computer(disk_for_work(self._settings().work_folder, self._paths.state_folder))

    def engine_is_here(self) -> bool:
        """Asks nobody outside this computer."""
        return not isinstance(self._engines.module(CHECK_MODULE), NotStarted)

    def engine(self) -> State:
        if self.engine_is_here():
            return Ready("here")
        try:
            return fetcher_here(self._place, self._programs, self._settings()).offer_engine()
        except UserFacingError as error:
            return Refused(error.title, error.advice, error.code)

    def fetch_engine(self, tell: Callable[[State], None], cancelled: Callable[[], bool]) -> State:
        try:
            return fetcher_here(self._place, self._programs, self._settings(), cancelled).fetch_engine(tell)
        except UserFacingError as error:
            return Refused(error.title, error.advice, error.code)

    def _settings(self) -> Settings:
        """As they are now; raises as their file does."""
        return settings_file(self._paths.config_folder).look().value

    def line_goal(self, choice: NetworkChoice | None) -> LinePlan:
        return line_goal(choice, self._known)

    def speed_check(self, settings: Settings, tell: Callable[[Measuring], None]) -> SpeedCheck:
        command = self._engines.module(CHECK_MODULE)
        if not isinstance(command, NotStarted):
            command = (*command, *check_arguments(settings.device, settings.threads))
        limits = ChildLimits(memory_bytes=settings.memory_limit_bytes)
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        plan = self._line_plan(settings)
        order = {LINE_ORDER: order_text(plan, settings, self._paths.engine_folder)}
        return SpeedCheck(
            command,
            tell,
            environment={"PYTHONPATH": paths} | engine_variables(os.environ) | order,
            bind=lambda pid: bind_child(pid, limits),
            line=until_told(plan),
        )

    def _line_plan(self, settings: Settings) -> LinePlan:
        goal = self.line_goal(settings.network)
        if isinstance(goal, NoLine):
            return goal  # so nothing needs to be asked
        used = month_bytes(self._paths.engine_folder, datetime.now().astimezone())
        return line_plan(goal, settings, self._is_metered(), used)

    def celsius(self) -> float | None:
        if self._sensors is None:
            self._sensors = this_computer()
        readings = self._sensors.thermals.read(), self._sensors.graphics_thermals.read()
        known = (each for reading in readings for each in (reading.processor_celsius, reading.graphics_celsius))
        return max((each for each in known if each is not None), default=None)
