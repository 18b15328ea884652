"""Starting with the session on Windows: a task of the person's own, without administrator's rights.

The Task Scheduler tries again where a task could not be *started*; one that ran and died it leaves dead ([MS-TSCH]
2.5.4.2). So whoever runs is watched over by a process of ours, however it was started.
"""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from app.core.language.speech import _
from app.core.ports import AutostartState
from app.platforms.launch import Launch
from app.platforms.tools import RunTool, run_tool
from app.platforms.windows.session_watch import SessionWatch
from protocol.errors import Refused, StorageError

TASK: Final = "Train at Home"
_NAMESPACE: Final = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_MOST_RESTARTS: Final = 255
"""`Count` is an unsignedByte: Windows may refuse a task that says more."""


class ScheduledTask:
    """A start that fails is tried again after a minute, at most 255 times: the longest row the scheduler documents."""

    way = "Task Scheduler"
    brings_back = True

    def __init__(
        self, launch: Launch, user: str | None = None, run: RunTool = run_tool, watch: SessionWatch | None = None
    ) -> None:
        self._content = task_xml(launch, current_user() if user is None else user)
        self._run = run
        self._watch = SessionWatch(launch) if watch is None else watch

    def state(self) -> AutostartState:
        described = self._described()
        return AutostartState.ON if described is not None and is_enabled(described) else AutostartState.OFF

    def enable(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "task.xml"
            try:
                path.write_bytes(self._content)
            except OSError as error:
                raise StorageError(
                    _("{path} can't be written: {problem}.").format(path=path, problem=error.strerror),
                    _("Free some disk space."),
                ) from error
            if self._run(("schtasks", "/Create", "/F", "/TN", TASK, "/XML", str(path))) is None:
                raise Refused(
                    _("Windows did not take the start with your session."), _("Its Task Scheduler may say why.")
                )

    def disable(self) -> None:
        """A task that the person switched off in the Task Scheduler goes too."""
        if self._described() is not None and self._run(("schtasks", "/Delete", "/F", "/TN", TASK)) is None:
            raise Refused(
                _("Windows did not remove the start with your session."), _("Its Task Scheduler may say why.")
            )

    def watch_over(self, process: int) -> bool:
        return self._watch.begin(process)

    def stand_down(self) -> None:
        self._watch.end()

    def _described(self) -> str | None:
        """The task as XML; None where there is none."""
        return self._run(("schtasks", "/Query", "/TN", TASK, "/XML"))


def task_xml(launch: Launch, user: str) -> bytes:
    """UTF-16, as schtasks wants it. On battery too: whether to train then is for the app to decide."""
    task = ElementTree.Element("Task", {"version": "1.4", "xmlns": _NAMESPACE})
    trigger = _under(_under(task, "Triggers"), "LogonTrigger")
    _fill(trigger, {"Enabled": "true", "UserId": user})
    principal = _under(_under(task, "Principals"), "Principal", id="Author")
    _fill(principal, {"UserId": user, "LogonType": "InteractiveToken", "RunLevel": "LeastPrivilege"})
    settings = _under(task, "Settings")
    _fill(
        settings,
        {
            "MultipleInstancesPolicy": "IgnoreNew",
            "DisallowStartIfOnBatteries": "false",
            "StopIfGoingOnBatteries": "false",
            "ExecutionTimeLimit": "PT0S",
            "Priority": "7",
        },
    )
    _fill(_under(settings, "RestartOnFailure"), {"Interval": "PT1M", "Count": str(_MOST_RESTARTS)})
    run = _under(_under(task, "Actions", Context="Author"), "Exec")
    arguments = subprocess.list2cmdline(launch.arguments)
    _fill(run, {"Command": launch.program, "Arguments": arguments, "WorkingDirectory": str(launch.folder)})
    content: bytes = ElementTree.tostring(task, encoding="utf-16", xml_declaration=True)
    return content


def is_enabled(described: str) -> bool:
    """Whether the task's own settings don't switch it off; the trigger has a switch of the same name."""
    settings = described.partition("<Settings>")[2].partition("</Settings>")[0]
    return "<Enabled>false</Enabled>" not in settings


def current_user() -> str:
    domain, name = os.environ.get("USERDOMAIN", ""), os.environ.get("USERNAME", "")
    return f"{domain}\\{name}" if domain else name


def _under(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, attributes)


def _fill(parent: ElementTree.Element, texts: dict[str, str]) -> None:
    for tag, text in texts.items():
        _under(parent, tag).text = text
