"""The routing contest: our choice of the next peer against uniform random and IOTA's weighted choice, in virtual time.

Every number of stages from 3 to 8 in three mixes of speeds; the score is the contest's, the median over seeds. A row of
its own shows what moving miners between stages adds. The rules, and what the contest leaves open, stand in
`contest_setting`; `contest` simulates, and runs the same code of `swarm` that the engine runs.
"""

import itertools
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.contest import Contest, Outcome, ratio_to_bound
from benchmarks.contest_policies import Ours, Policy, UniformRandom, WeightedChoice
from benchmarks.contest_setting import Mix, Setting, score
from benchmarks.tables import Row, arguments, finish

STAGES = range(3, 9)
QUICK_STAGES = (3, 8)
TWICE_TARGET = 0.005


@dataclass(frozen=True)
class Arm:
    """A policy, with or without moves between stages."""

    name: str
    policy_of: Callable[[int], Policy]
    moves: bool = False


OURS, PLACED = Arm("ours", Ours), Arm("ours with moves", Ours, moves=True)
BASELINES = (Arm("uniform random", UniformRandom), Arm("log(free cache) + 1/(1 + queue)", WeightedChoice))
ARMS = (OURS, PLACED, *BASELINES)


@dataclass(frozen=True)
class Task:
    """One task's setting and how it went."""

    setting: Setting
    outcome: Outcome

    @property
    def score(self) -> float:
        return score(self.setting, self.outcome.seconds)

    @property
    def ratio_to_bound(self) -> float:
        return ratio_to_bound(self.setting, self.outcome)


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.set_defaults(seeds="0,1,2,3,4")
    given = parser.parse_args()
    seeds = [0] if given.quick else [int(seed) for seed in given.seeds.split(",")]
    rows: list[Row] = []
    played: list[Task] = []
    for mix, stages in itertools.product(Mix, QUICK_STAGES if given.quick else STAGES):
        tasks = {arm: [_play(Setting(mix, stages, seed), arm) for seed in seeds] for arm in ARMS}
        rows += _rows(f"{mix}, {stages} stages", tasks)
        played += tasks[OURS] + tasks[PLACED]
        print(
            f"{mix}, {stages} stages: " + ", ".join(f"{arm.name} {_score(tasks[arm]):.3f}" for arm in ARMS), flush=True
        )
    finish("Routing contest, score, virtual time", [*rows, *_totals(played)], seeds, given.json)


def _play(setting: Setting, arm: Arm) -> Task:
    return Task(setting, Contest(setting, arm.policy_of, arm.moves).run())


def _score(tasks: Sequence[Task]) -> float:
    return statistics.median(task.score for task in tasks)


def _rows(name: str, tasks: dict[Arm, list[Task]]) -> Iterator[Row]:
    """Ours against each baseline, and what share of the bound's speed each arm reaches."""
    for arm in (OURS, PLACED):
        for baseline in BASELINES:
            ours, theirs = _score(tasks[arm]), _score(tasks[baseline])
            yield Row(f"{name}: {arm.name} / {baseline.name}", ours, "score", theirs, None, "> baseline", ours > theirs)
    for arm in ARMS:
        share = statistics.median(task.ratio_to_bound for task in tasks[arm])
        yield Row(f"{name}: {arm.name}, speed", share, "of the bound", 1.0)


def _totals(tasks: Sequence[Task]) -> Iterator[Row]:
    outcomes = [task.outcome for task in tasks]
    trained = sum(one.trained for one in outcomes)
    passes = sum(one.passes for one in outcomes)
    lost = sum(one.lost for one in outcomes)
    twice = sum(one.trained_twice for one in outcomes) / trained
    yield Row("ours: activations neither trained nor leased again", lost, "of all", None, None, "0", lost == 0)
    yield Row("ours: trained twice", twice, "share", None, None, f"< {TWICE_TARGET}", twice < TWICE_TARGET)
    yield Row("ours: passes computed twice", sum(one.repeated_passes for one in outcomes) / passes, "share")
    yield Row("ours: packets sent to another peer", sum(one.resent for one in outcomes) / passes, "per pass")
    yield Row("ours: of them to a peer that was only late", sum(one.doubled for one in outcomes) / passes, "per pass")
    yield Row("ours: questions", sum(one.questions for one in outcomes) / passes, "per pass")


if __name__ == "__main__":
    main()
