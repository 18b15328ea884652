"""This computer as a program reads it, and as a terminal shows it."""

import msgspec
from rich.console import Console
from rich.table import Table

from app.core.computer.device_words import (
    computer_sentence,
    disk_text,
    facts_text,
    fitness_problem,
    fitness_reason,
    fitness_title,
)
from app.core.computer.devices import Fitness, FoundComputer, Way, disk_room, judged
from app.core.computer.line import MeasuredLine
from app.core.computer.line_words import line_meaning, line_text
from app.core.computer.speed import Measured
from app.core.computer.speed_words import earning_text, meaning_text, range_text
from app.core.problems.codes import Problem, with_code
from app.core.settings.settings import Settings


class DeviceReport(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    way: Way
    memory_bytes: int | None
    driver: str
    cores: int | None
    fitness: Fitness
    reason: str
    problem: Problem | None = None
    """Its code among the known problems, where it can't train."""


class ComputerReport(msgspec.Struct, frozen=True, kw_only=True):
    sentence: str
    devices: tuple[DeviceReport, ...]
    disk_free_bytes: int | None
    disk_may_take_bytes: int
    engine_here: bool
    speed: Measured | None = None
    """Only where it was asked to be measured."""


def computer_report(
    found: FoundComputer, settings: Settings, *, engine_here: bool, speed: Measured | None = None
) -> ComputerReport:
    devices = judged(found.devices)
    return ComputerReport(
        sentence=computer_sentence(devices),
        devices=tuple(
            DeviceReport(
                name=each.device.name,
                way=each.device.way,
                memory_bytes=each.device.memory_bytes,
                driver=each.device.driver,
                cores=each.device.cores,
                fitness=each.fitness,
                reason=fitness_reason(each.fitness),
                problem=fitness_problem(each.fitness),
            )
            for each in devices
        ),
        disk_free_bytes=found.disk_free_bytes,
        disk_may_take_bytes=settings.disk_limit_bytes,
        engine_here=engine_here,
        speed=speed,
    )


def print_computer(found: FoundComputer, settings: Settings, console: Console) -> None:
    devices = judged(found.devices)
    console.print(computer_sentence(devices), style="bold", markup=False)
    table = Table.grid(padding=(0, 2))
    for each in devices:
        table.add_row(each.device.name, fitness_title(each.fitness), facts_text(each.device))
        table.add_row("", "", with_code(fitness_reason(each.fitness), fitness_problem(each.fitness)))
    console.print(table, markup=False)
    console.print(disk_text(disk_room(found.disk_free_bytes, settings)), markup=False)


def print_speed(result: Measured, console: Console) -> None:
    console.print(range_text(result), style="bold", markup=False)
    console.print(meaning_text(result), markup=False)
    console.print(earning_text(result), markup=False)
    if isinstance(result.line, MeasuredLine):
        console.print(line_text(result.line), style="bold", markup=False)
    if result.line is not None:
        console.print(line_meaning(result.line), markup=False)
