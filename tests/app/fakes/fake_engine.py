"""A tiny engine that speaks the real protocol and computes nothing. Its one argument says how it behaves."""

import ctypes
import os
import signal
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from protocol import engine_control as wire
from protocol.version import PROTOCOL_VERSION


def die(fault: int, signal_name: str) -> None:
    """As the system ends a program: on Windows with an NTSTATUS, elsewhere by a signal."""
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32")
        kernel.TerminateProcess(ctypes.c_void_p(-1), ctypes.c_uint(fault))
    else:
        os.kill(os.getpid(), signal.Signals[signal_name])


def say(event: wire.EngineEvent) -> None:
    os.write(1, wire.encode_line(event))


def train(steps: int) -> None:
    say(wire.HeartbeatAccepted(at_unix_seconds=1_699_999_990.0))
    say(wire.PhaseChanged(phase=wire.EnginePhase.TRAINING))
    for step in range(1, steps + 1):
        say(wire.StepFinished(step=step, tokens=64, tokens_per_second=1000.0, loss=4.0 - 0.1 * step))
    say(
        wire.HeartbeatAccepted(
            at_unix_seconds=1_700_000_000.0, run_loss=3.5, run_share_done=0.25, miners=3, credit=5e9, credited_rao=7
        )
    )


def begin(mode: str, order: wire.StartTraining) -> None:
    if order.duty_cycle != 1.0:
        say(wire.Troubled(code="paced", title=str(order.duty_cycle)))
    if mode == "sign":
        say(wire.SignatureRequested(request=9, payload=b"please"))
    if mode == "gives_up":
        say(wire.Failed(code="device", title="The device is gone.", advice="Plug it in."))
        sys.exit(1)
    if mode == "second_card_missing" and order.device == "cuda:1":
        say(wire.Failed(code="device", title="This computer has no cuda:1 device.", advice="Choose another."))
        sys.exit(1)
    if mode == "crash":
        die(0xC0000005, "SIGSEGV")
    if mode == "exit":
        print("my last words", file=sys.stderr, flush=True)
        os._exit(7)
    if mode == "crash_once":
        marker = Path(order.state_folder) / "crashed"
        if not marker.exists():
            marker.write_text("yes")
            die(0xC0000017, "SIGKILL")
    if mode == "garbage":
        os.write(1, b"warning: a native library prints\n\xff\xfe\n{}\n\n" + b"x" * 3_000_000 + b"\n")
    say(wire.RunJoined(run_id="r1", run_title="Shakespeare", stage=1, stages=3, parameters=1000))
    train(5)
    if mode == "short_of_memory":
        say(
            wire.ResourcesMeasured(
                memory_shortages=1,
                computing_seconds=1.0,
                idle_seconds=0.0,
                loop_cpu_seconds=0.1,
                process_cpu_seconds=1.0,
            )
        )


def wait_for(path: Path) -> None:
    """Ten seconds at most: nobody waits for a fake for ever."""
    pause = threading.Event()
    for _ in range(1000):
        if path.exists() or pause.wait(0.01):
            return


def obey(mode: str) -> None:
    folder = Path()
    for line in sys.stdin.buffer:
        command = wire.decode_command(line)
        match command:
            case wire.HelloEngine():
                if mode == "silent":
                    continue
                if mode == "leaves_over_version":
                    sys.exit(wire.VERSION_EXIT_CODE)
                version = PROTOCOL_VERSION + (1 if mode == "wrong_version" else 0)
                device = "cuda" if mode in ("card", "second_card_missing") else "cpu"
                say(wire.HelloApp(protocol_version=version, pid=os.getpid(), device=device))
            case wire.StartTraining():
                folder = Path(command.state_folder)
                begin(mode, command)
            case wire.Pause():
                say(wire.PhaseChanged(phase=wire.EnginePhase.PAUSED, reason="Paused."))
            case wire.Resume():
                train(1)
            case wire.SetPace(duty_cycle=share):
                say(wire.Troubled(code="paced", title=str(share)))
            case wire.Signature(signature=signature):
                say(wire.Troubled(code="signed", title=signature.decode() or "refused"))
            case wire.StopTraining():
                if mode in ("hangs", "hangs_hard"):
                    continue
                say(wire.PhaseChanged(phase=wire.EnginePhase.SAVING))
                if mode == "slow_to_save":
                    wait_for(folder.parent / "may_end")
                say(wire.Stopped(saved=True, unacknowledged_receipts=2))
                sys.exit(0)
    if mode in ("hangs", "hangs_hard"):
        threading.Event().wait()


if __name__ == "__main__":
    if sys.argv[1] == "hangs_hard":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    obey(sys.argv[1])
