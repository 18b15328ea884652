"""A speed check measures the line to a real orchestrator, both as processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from protocol.engine_control import DATA_USED_FILE, DataUsed
from protocol.public_api import LINE_TRANSFER_LIMIT_BYTES
from protocol.speed_check import LINE_MOST_BYTES, LINE_ORDER, Ended, LineBegan, LineMeasured, LineOrder, decode_line
from protocol.wire import from_json, to_json

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_line_to_a_real_orchestrator_is_measured_and_what_that_moved_is_counted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "subnet.orchestrator", "--folder", str(tmp_path / "orchestrator")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as orchestrator:
        try:
            assert orchestrator.stdout is not None
            url = json.loads(orchestrator.stdout.readline())["url"]
            order = to_json(LineOrder(url=url, folder=str(tmp_path / "count"))).decode()
            check = [sys.executable, "-m", "engine.speed_check", "--device", "cpu", "--seconds", "0.2"]
            pipe, around = subprocess.PIPE, {**os.environ, LINE_ORDER: order}
            with subprocess.Popen(check, cwd=ROOT, env=around, stdin=pipe, stdout=pipe) as child:
                assert child.stdout is not None
                told = [decode_line(line) for line in child.stdout]
        finally:
            orchestrator.terminate()
    assert told[0] == LineBegan()
    assert isinstance(told[1], LineMeasured), told[1]
    assert isinstance(told[-1], Ended)
    used: DataUsed = from_json((tmp_path / "count" / DATA_USED_FILE).read_bytes(), DataUsed)
    assert 2 * LINE_TRANSFER_LIMIT_BYTES // 10 < used.used_bytes <= LINE_MOST_BYTES
    stored = [path for path in (tmp_path / "orchestrator" / "store" / "objects").rglob("*") if path.is_file()]
    assert stored == []
