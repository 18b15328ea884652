"""This computer's key in a real keychain: GNOME Keyring on a D-Bus and in a home of its own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the Secret Service is Linux's", allow_module_level=True)

from app.platforms.paths import profile_paths
from tests.app.fakes.real_services import RealBus, real_bus

ROOT = Path(__file__).resolve().parents[3]
SECRETS, SECRETS_PATH = "org.freedesktop.secrets", "/org/freedesktop/secrets"

# keyring chooses its keychain once in a process, by what it finds on the bus.
OPEN_KEY = """
import json, sys
from pathlib import Path
from app.control.hotkey import Identity
from app.core.identity.choice import MadeHere
from app.platforms.paths import profile_paths
from protocol.errors import StorageError
try:
    opened = Identity(profile_paths(Path(sys.argv[1])), keychain=True, may_ask=True).open(MadeHere())
except StorageError as error:
    print(json.dumps({"title": error.title, "advice": error.advice}))
else:
    print(json.dumps({"address": opened.signer.address, "storage": opened.storage}))
"""


class Desk:
    """A home whose keychain comes and goes, and an app that asks it for its key."""

    def __init__(self, bus: RealBus, home: Path) -> None:
        self.home = home
        self.profile = home / "profile"
        self._bus = bus
        spoiled = ("DISPLAY", "WAYLAND_DISPLAY", "GNOME_KEYRING_CONTROL", "PYTHON_KEYRING_BACKEND")
        environment = {name: value for name, value in bus.environment.items() if name not in spoiled}
        folders = dict.fromkeys(("HOME", "XDG_RUNTIME_DIR"), str(home))
        folders |= {"XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config")}
        self._environment = environment | folders

    def bring_keychain(self, password: str | None) -> None:
        """With its password it is unlocked, as at the person's own login; without it stays locked."""
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        if password is not None:
            command.append("--unlock")
        self._bus.run(command, SECRETS, self._environment, (password or "").encode())

    def take_keychain(self) -> None:
        self._bus.close()

    def lock(self) -> None:
        login = f"['{SECRETS_PATH}/collection/login']"
        self._bus.gdbus(SECRETS, SECRETS_PATH, "org.freedesktop.Secret.Service.Lock", login)

    def open_key(self) -> dict[str, str]:
        done = subprocess.run(
            [sys.executable, "-c", OPEN_KEY, str(self.profile)],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, str] = json.loads(done.stdout)
        return answer


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    if shutil.which("gnome-keyring-daemon") is None:
        pytest.skip("gnome-keyring is not installed")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with real_bus(tmp_path) as bus:
        yield Desk(bus, home)


def test_the_key_lies_in_the_keychain_and_is_the_same_after_the_next_login(desk: Desk) -> None:
    desk.bring_keychain("correct horse")
    first = desk.open_key()
    assert first["storage"] == "", "in the keychain there is nothing to say"
    assert desk.open_key() == first
    desk.take_keychain()
    desk.bring_keychain("correct horse")
    assert desk.open_key() == first
    assert not (profile_paths(desk.profile).state_folder / "keys").exists()
    kept = [path.read_bytes() for path in desk.home.rglob("*.keyring")]
    assert kept and all(first["address"].encode() not in each for each in kept), "encrypted"


@pytest.mark.parametrize("how", ["by the person", "since nobody logged in with a password"])
def test_a_locked_keychain_is_told_in_words_and_leads_to_no_second_key(desk: Desk, how: str) -> None:
    desk.bring_keychain("correct horse")
    first = desk.open_key()
    if how == "by the person":
        desk.lock()
    else:
        desk.take_keychain()
        desk.bring_keychain(None)
    assert desk.open_key()["title"] == "The keychain is locked."
    desk.take_keychain()
    desk.bring_keychain("correct horse")
    assert desk.open_key() == first


def test_a_keychain_that_is_not_there_is_told_in_words(desk: Desk) -> None:
    told = desk.open_key()
    assert told["title"] == "This computer has no keychain."
    assert "This computer's key" in told["advice"]
    desk.bring_keychain("correct horse")
    first = desk.open_key()
    desk.take_keychain()
    assert desk.open_key()["title"] == "This computer has no keychain.", "once it held the key, no other place is asked"
    desk.bring_keychain("correct horse")
    assert desk.open_key() == first
