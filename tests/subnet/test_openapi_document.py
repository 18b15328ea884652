"""The API's description in docs/ is what the orchestrator serves."""

from pathlib import Path

from protocol import orchestrator_api, public_api
from subnet.orchestrator.openapi import as_text, describe

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"


async def test_the_document_in_docs_is_up_to_date() -> None:
    """If not: python -m subnet.orchestrator.openapi > docs/openapi.json."""
    assert DOCUMENT.read_text(encoding="utf-8") == as_text(await describe())


async def test_a_client_writer_finds_every_way_a_miner_takes() -> None:
    paths = (await describe())["paths"]
    for path in (
        orchestrator_api.HELLO_PATH,
        orchestrator_api.REGISTER_PATH,
        orchestrator_api.EVENTS_PATH,
        orchestrator_api.HEARTBEAT_PATH,
        orchestrator_api.LEASES_PATH,
        orchestrator_api.RECEIPTS_PATH,
        orchestrator_api.MERGE_ANSWERS_PATH,
        orchestrator_api.STORE_GRANTS_PATH,
        orchestrator_api.EVIDENCE_PATH,
        orchestrator_api.LEAVE_PATH,
        public_api.STATUS_PATH,
    ):
        assert path in paths
