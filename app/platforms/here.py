"""The one place that looks at what kind of computer this is and chooses its services."""

import os
import sys
from typing import Protocol

from app.core.gates.computer_reading import HeatReading, IdleReading, LinkReading, PowerReading
from app.core.ports import Autostart
from app.platforms.keep_awake import EveryKeepAwake, WakepyKeepAwake
from app.platforms.ladders import JoinedPower, Ladder, Source
from app.platforms.launch import Launch
from app.platforms.nvidia import NvidiaToolThermals, NvmlThermals
from app.platforms.portable import PortableLink, PortablePower, PortableThermals, RecentPrograms
from app.platforms.services import Computer, Contrast, NoAutostart, NoContrast, NoFullScreenPrograms


class Closing(Protocol):
    def close(self) -> None: ...


def this_computer(system: str = sys.platform) -> Computer:
    """The services of the system that runs us. Nothing is asked before it is read."""
    if system == "linux":
        return _linux()
    if system == "darwin":
        return _macos()
    if system == "win32":
        return _windows()
    return Computer(power=PortablePower(), link=PortableLink(), programs=RecentPrograms(), keep_awake=WakepyKeepAwake())


def _linux() -> Computer:
    from app.platforms.linux import idle, logind, network_manager, notifications, seats, sysfs, upower, x_server
    from app.platforms.linux.bus import Bus

    session, system, notices = Bus("SESSION"), Bus("SYSTEM"), Bus("SESSION")
    has_x, has_wayland = bool(os.environ.get("DISPLAY")), bool(os.environ.get("WAYLAND_DISPLAY"))
    servers = [x_server.XServer()] if has_x else []
    idle_rungs: list[Source[IdleReading]] = [idle.MutterIdle(session), idle.ScreenSaverIdle(session)]
    if has_x and not has_wayland:  # under Wayland X sees only what X programs get
        idle_rungs.append(x_server.XIdle(servers[0]))
    return Computer(
        power=JoinedPower(
            power_ladder(upower.UPowerPower(system), sysfs.SysfsPower(), PortablePower()), upower.ProfileSaver(system)
        ),
        idle=idle_ladder(*idle_rungs, idle.LogindIdle(system)),
        metered=network_manager.NetworkManagerMetered(system),
        link=link_ladder(network_manager.NetworkManagerLink(system), sysfs.RouteLink(), PortableLink()),
        full_screen=x_server.XFullScreen(servers[0], sees_all=not has_wayland) if has_x else NoFullScreenPrograms(),
        others=seats.LogindOthers(system),
        thermals=processor_ladder(sysfs.SysfsThermals(), PortableThermals()),
        graphics_thermals=graphics_ladder(NvmlThermals(), NvidiaToolThermals(), sysfs.SysfsGraphicsThermals()),
        fans=sysfs.SysfsFans(),
        programs=RecentPrograms(),
        keep_awake=EveryKeepAwake(logind.LogindKeepAwake(Bus("SYSTEM")), WakepyKeepAwake()),
        suspend_watch=logind.LogindSuspendWatch(lambda: Bus("SYSTEM")),
        notifications=notifications.DesktopNotifications(notices),
        close=lambda: close_all(session, system, *servers, notices),
    )


def _macos() -> Computer:
    from app.platforms.macos import heat, shared_line, suspend, window_server
    from app.platforms.macos import tools_of_macos as mac

    return Computer(
        power=JoinedPower(power_ladder(mac.PmsetPower(), PortablePower()), mac.PmsetSaver()),
        idle=idle_ladder(mac.RegistryIdle()),
        metered=shared_line.SharedLine(),
        full_screen=window_server.MacFullScreen(),
        others=mac.ConsoleOthers(),
        thermals=heat.ProcessInfoThermals(),
        link=PortableLink(),
        programs=RecentPrograms(),
        keep_awake=WakepyKeepAwake(),
        suspend_watch=suspend.MacSuspendWatch(),
        notifications=mac.ScriptNotifications(),
    )


def _windows() -> Computer:
    from app.platforms.windows import network_cost, seats, suspend, system_calls

    return Computer(
        power=power_ladder(system_calls.WindowsPower(), PortablePower()),
        idle=idle_ladder(system_calls.WindowsIdle()),
        metered=network_cost.WindowsMetered(),
        link=PortableLink(),
        full_screen=system_calls.WindowsFullScreen(),
        others=seats.WindowsOthers(),
        graphics_thermals=graphics_ladder(NvmlThermals(), NvidiaToolThermals()),
        programs=RecentPrograms(),
        keep_awake=WakepyKeepAwake(),
        suspend_watch=suspend.WindowsSuspendWatch(),
    )


def autostart_here(launch: Launch, system: str = sys.platform) -> Autostart:
    """How this system starts the app with the person's session. On Linux systemd is asked, for up to a few seconds."""
    if system == "linux":
        from app.platforms.linux.autostart import linux_autostart

        return linux_autostart(launch, has_display=bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")))
    if system == "darwin":
        from app.platforms.macos.launch_agent import LaunchAgent

        return LaunchAgent(launch)
    if system == "win32":
        from app.platforms.windows.task_scheduler import ScheduledTask

        return ScheduledTask(launch)
    return NoAutostart()


def contrast_here(system: str = sys.platform) -> Contrast:
    """Who tells whether high contrast is wanted. It may be asked in any thread."""
    if system == "linux":
        from app.platforms.linux.contrast import PortalContrast

        return PortalContrast()
    if system == "darwin":
        from app.platforms.macos.contrast import DefaultsContrast

        return DefaultsContrast()
    if system == "win32":
        from app.platforms.windows.contrast import WindowsContrast

        return WindowsContrast()
    return NoContrast()


def metered_here() -> bool | None:
    """Whether the way to the internet is paid by volume, asked once; None where nobody tells. In any thread."""
    computer = this_computer()
    try:
        return computer.metered.read().metered
    finally:
        computer.close()


def close_all(*closing: Closing) -> None:
    for each in closing:
        each.close()


def power_ladder(*rungs: Source[PowerReading]) -> Ladder[PowerReading]:
    return Ladder(rungs, knows=lambda reading: reading.on_mains is not None, nothing=PowerReading())


def idle_ladder(*rungs: Source[IdleReading]) -> Ladder[IdleReading]:
    return Ladder(rungs, knows=lambda reading: reading.seconds is not None, nothing=IdleReading())


def link_ladder(*rungs: Source[LinkReading]) -> Ladder[LinkReading]:
    return Ladder(rungs, knows=lambda reading: reading.connected is not None, nothing=LinkReading())


def processor_ladder(*rungs: Source[HeatReading]) -> Ladder[HeatReading]:
    return Ladder(rungs, knows=lambda reading: reading.processor_celsius is not None, nothing=HeatReading())


def graphics_ladder(*rungs: Source[HeatReading]) -> Ladder[HeatReading]:
    return Ladder(rungs, knows=lambda reading: reading.graphics_celsius is not None, nothing=HeatReading())
