"""The local network's processes: put in place, watched, started again when they die, stopped in order."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import structlog

from chain.key_store import FileKeyStore
from chain.keys import Keypair
from chain.local_chain import LocalChain
from chain.local_ledger import Genesis
from protocol.engine_control import StartTraining
from protocol.errors import LocalError, MalformedMessage, SettingsError, Unavailable
from protocol.public_api import STATUS_PATH, NetworkStatus, RunStatus
from protocol.runs import RunSpec
from protocol.sockets import Socket
from protocol.wire import from_json, to_json
from subnet.local.child import Child
from subnet.local.earlier_runs import earlier_runs, next_run_id, unfinished
from subnet.local.miner import LocalMiner
from subnet.local.options import LocalOptions
from subnet.submission.prepare import Submission, load_preset, prepare
from swarm.presets import Preset

log = structlog.get_logger(__name__)

START_SECONDS: Final = 60.0
ONE_CORE_FLOPS: Final = 50e9
"""All miners of one computer are alike, so that each stage gets as many as asked for."""
RESTART_SECONDS: Final = 0.5
POLL_SECONDS: Final = 0.5
STAKE_RAO: Final = 1_000_000_000_000
ORCHESTRATOR_DATABASE: Final = "orchestrator.sqlite"
ORCHESTRATOR_KEY: Final = "orchestrator"
VALIDATOR_KEY: Final = "validator"
HOTKEY: Final = "hotkey"


class Announcement(msgspec.Struct, frozen=True):
    """The one line that the orchestrator prints once it listens."""

    url: str
    address: str


@dataclass
class Server:
    """A process that has to be there as long as the network: the orchestrator or the validator."""

    name: str
    arguments: list[str]
    log_file: Path
    child: Child | None = None
    starts: int = 0


class LocalNetwork:
    """Everything that runs on this computer for one run."""

    def __init__(self, options: LocalOptions) -> None:
        self.options = options
        self.folder = options.folder
        self.miners: list[LocalMiner] = []
        self.run: RunSpec | None = None
        self.url = ""
        self._announced = asyncio.Event()
        self._stopping = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.servers: dict[str, Server] = {}

    @property
    def orchestrator_folder(self) -> Path:
        return self.folder / "orchestrator"

    @property
    def chain_path(self) -> Path:
        return self.folder / "chain.sqlite"

    def miner_folder(self, number: int) -> Path:
        return self.folder / "miners" / str(number)

    async def start(self) -> None:
        """Prepare the run, found the chain, start every process; raises UserFacingErrors."""
        run, run_file = await asyncio.to_thread(self._choose_run)
        self.run = run
        pool = _key(self.orchestrator_folder / "keys", ORCHESTRATOR_KEY)
        validator = _key(self.folder / "validator" / "keys", VALIDATOR_KEY)
        await self._found_chain(pool, validator)
        await self._start_orchestrator(run_file, validator)
        if self.options.validator:
            self._start_validator()
        for number in range(len(run.stages) * self.options.miners_per_stage):
            self.add_miner(number)

    def _choose_run(self) -> tuple[RunSpec, Path]:
        """For an app what was begun goes on as it was begun; whoever names a run's options gets that run."""
        preset = _adjusted(self.options)
        earlier = earlier_runs(self.orchestrator_folder / ORCHESTRATOR_DATABASE)
        going_on = unfinished(earlier) if self.options.for_app else None
        name = f"{Path(self.options.preset).stem.replace('.', '-')}-{self.options.seed}".lower()
        submission = Submission(
            preset=preset,
            text=self.options.data,
            tokenizer=self.options.tokenizer,
            token_budget=self.options.tokens,
            seed=self.options.seed,
            run_id=next_run_id(name, earlier),
        )
        if going_on is None:
            return prepare(submission, self.folder / "submission")
        run_file = self.folder / "submission" / "run.json"
        run_file.parent.mkdir(parents=True, exist_ok=True)
        run_file.write_bytes(to_json(going_on))
        return going_on, run_file

    async def _found_chain(self, pool: Keypair, validator: Keypair) -> None:
        genesis = Genesis(
            tempo_blocks=max(1, round(self.options.tempo_seconds)),
            accounts={},
            stakes={pool.ss58_address: 0, validator.ss58_address: STAKE_RAO},
        )
        chain = await asyncio.to_thread(LocalChain, self.chain_path, genesis=genesis)
        await chain.close()

    async def _start_orchestrator(self, run_file: Path, validator: Keypair) -> None:
        arguments = ["subnet.orchestrator", "--folder", str(self.orchestrator_folder), "--port", str(self.options.port)]
        arguments += ["--host", self.options.host]
        arguments += ["--network", "local", "--chain", f"local:{self.chain_path}", "--run", str(run_file)]
        arguments += ["--validator", validator.ss58_address]
        self._serve(Server("orchestrator", arguments, self.folder / "logs" / "orchestrator.log"))
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._announced.wait()
        except TimeoutError as error:
            raise LocalError(
                "The network's orchestrator did not start.", f"See {self.folder / 'logs' / 'orchestrator.log'}."
            ) from error
        # Its address must not change when it is started again.
        arguments[arguments.index("--port") + 1] = self.url.rsplit(":", 1)[1]

    def _start_validator(self) -> None:
        arguments = ["subnet.validator", "--orchestrator", self.url, "--folder", str(self.folder / "validator")]
        arguments += ["--chain", f"local:{self.chain_path}", "--audit-share", str(self.options.audit_share)]
        self._serve(Server("validator", arguments, self.folder / "logs" / "validator.log"))

    def add_miner(self, number: int, lie: str | None = None) -> LocalMiner:
        """Start one more miner; the orchestrator says which stage it serves."""
        folder = self.miner_folder(number)
        hotkey = _key(folder / "keys", HOTKEY)
        start = StartTraining(
            orchestrator_url=self.url,
            state_folder=str(folder / "engine"),
            hotkey=hotkey.ss58_address,
            payout_coldkey=_key(folder / "keys", "coldkey").ss58_address,
            device="cpu",
            duty_cycle=self.options.duty_cycle,
            bind_address=_bind_address(self.options.host),
            flops_per_second=ONE_CORE_FLOPS,
            carriers=self.options.carriers,  # type: ignore[arg-type]
            lie=lie,
        )
        prefixes = self.options.prefixes
        prefix = prefixes[number % len(prefixes)] if prefixes else ()
        miner = LocalMiner(f"miner-{number}", hotkey, start, self.folder / "logs" / f"miner-{number}.log", prefix)
        self.miners.append(miner)
        self._spawn(miner.run(), miner.record.name)
        return miner

    async def status(self) -> NetworkStatus:
        """The public status; raises Unavailable while the orchestrator is away."""
        try:
            async with httpx.AsyncClient(base_url=self.url, timeout=10.0) as client:
                response = await client.get(STATUS_PATH)
                response.raise_for_status()
        except httpx.HTTPError as error:
            raise Unavailable("The orchestrator does not answer.") from error
        status: NetworkStatus = from_json(response.content, NetworkStatus, 64 * 1024 * 1024)
        return status

    async def run_status(self) -> RunStatus | None:
        """This network's run, or None while it can't be asked."""
        try:
            status = await self.status()
        except (Unavailable, MalformedMessage):
            return None
        assert self.run is not None
        return next((run for run in status.runs if run.run_id == self.run.run_id), None)

    async def until_finished(self) -> RunStatus:
        """The run's last status; raises LocalError if every miner has given up."""
        while True:
            status = await self.run_status()
            if status is not None and status.phase == "finished":
                return status
            failures = [miner.record.failed for miner in self.miners if miner.record.failed]
            if failures and len(failures) == len(self.miners):
                raise LocalError("No miner can train.", failures[0] or "")
            await asyncio.sleep(POLL_SECONDS)

    def kill(self, name: str) -> None:
        """kill -9 of a server by name; it is started again."""
        child = self.servers[name].child
        assert child is not None
        child.kill()

    async def stop(self) -> None:
        """Miners first, so that their last receipts find the orchestrator."""
        self._stopping.set()
        await asyncio.gather(*(miner.stop() for miner in self.miners))
        for name in ("validator", "orchestrator"):
            server = self.servers.get(name)
            if server is not None and server.child is not None:
                await server.child.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _serve(self, server: Server) -> None:
        self.servers[server.name] = server
        self._spawn(self._keep(server), server.name)

    async def _keep(self, server: Server) -> None:
        while not self._stopping.is_set():
            child = Child(server.name, server.arguments, server.log_file, self._heard)
            await child.start()
            server.child = child
            server.starts += 1
            exit_ = await child.wait()
            if self._stopping.is_set():
                return
            log.info("server_died", server=server.name, code=exit_.code)
            await asyncio.sleep(RESTART_SECONDS)

    def _heard(self, line: bytes) -> None:
        try:
            announcement: Announcement = from_json(line, Announcement)
        except MalformedMessage:
            return
        self.url = announcement.url
        self._announced.set()

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _key(folder: Path, name: str) -> Keypair:
    folder.mkdir(parents=True, exist_ok=True)
    store = FileKeyStore(folder)
    return store.load(name) or store.create(name)


def _bind_address(orchestrator_host: str) -> str:
    """A free port on the loopback that the orchestrator listens on, or else on every address of this computer."""
    host = ip_address(orchestrator_host)
    everything = "0.0.0.0" if host.version == 4 else "::"
    return str(Socket(host if host.is_loopback else ip_address(everything), 0))


def _adjusted(options: LocalOptions) -> Preset:
    """The preset with what the command line changes; raises SettingsError for what can't be."""
    preset = load_preset(options.preset)
    if options.stages is not None:
        preset = preset.with_stages(options.stages)
    if options.miners_per_stage < 1:
        raise SettingsError("Each stage needs at least one miner.", "Give --miners-per-stage 1 or more.")
    changes: dict[str, object] = {}
    if options.codec is not None:
        changes["codec"] = options.codec
    if options.bottleneck_width is not None:
        model = msgspec.structs.replace(preset.model, bottleneck_width=options.bottleneck_width)
        if problems := model.problems():
            raise SettingsError(f"This model can't be built: {'; '.join(problems)}.")
        changes["model"] = model
    training = {
        name: value
        for name, value in (
            ("in_flight", options.in_flight),
            ("microbatches_per_step", options.microbatches_per_step),
            ("sequences", options.sequences),
            ("evaluate_every", options.evaluate_every),
        )
        if value is not None
    }
    if training:
        changes["training"] = msgspec.structs.replace(preset.training, **training)
    merge = {
        name: value
        for name, value in (("local_steps", options.local_steps), ("fragments", options.fragments))
        if value is not None
    }
    if merge:
        changes["merge"] = msgspec.structs.replace(preset.merge, **merge)
    return msgspec.structs.replace(preset, **changes)
