"""Where money goes, and which key signs, is changed by a person at the window: no request leads there."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from app.control import messages as wire
from app.control.command_line import application
from app.control.verbs import commands_for
from app.core import commands
from protocol.errors import Refused
from protocol.wire import from_json

ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
WORDS = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
GUARDED = ("SetPayoutAddress", "ChooseHotkey", "RestoreIdentity", "ExportIdentity", "KeepKeyInFile", "UnlockKey")


def test_no_module_behind_the_socket_names_a_guarded_command() -> None:
    folder = Path(wire.__file__).parent
    assert all(hasattr(commands, name) for name in GUARDED)
    named = [
        (path.name, name)
        for path in folder.glob("*.py")
        for name in GUARDED
        if name in path.read_text(encoding="utf-8")
    ]
    assert named == []


def test_no_request_has_a_place_for_an_address_but_the_one_that_is_refused() -> None:
    fields = {(kind.__name__, name) for kind in get_args(wire.Request) for name in kind.__struct_fields__}
    assert {pair for pair in fields if "payout" in pair[1] or "key" in pair[1] or "address" in pair[1]} == {
        ("Run", "payout")
    }


@pytest.mark.parametrize("text", [ADDRESS, WORDS, ""])
def test_an_older_clients_request_with_an_address_is_refused_whole_and_not_repeated(text: str) -> None:
    line = msgspec.json.encode({"request": "run", "hours": "always", "now": True, "payout": text})
    with pytest.raises(Refused) as refused:
        commands_for(from_json(line, wire.Run))
    assert not text or text not in str(refused.value)


def test_no_verb_of_the_command_line_has_an_option_for_it() -> None:
    from typer.main import get_command

    verbs = get_command(application).commands  # type: ignore[attr-defined]
    options = [option for verb in verbs.values() for parameter in verb.params for option in parameter.opts]
    assert not [option for option in options if "payout" in option or "wallet" in option or "address" in option]
