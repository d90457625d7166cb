"""What tests order, and who looks on while it is made and may interrupt it."""

import os
import signal
from dataclasses import dataclass, field

from apps.exports.formats.base import Format
from apps.exports.ledger import Problem
from apps.exports.tally import Tally


@dataclass
class Onlooker:
    """Stops the export at its ``stop_at``-th checkpoint, or kills the process; 0 lets it run to its end."""

    stop_at: int = 0
    die_at: int = 0
    stages: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def stopping(self) -> bool:
        return 0 < self.stop_at <= len(self.stages)

    def tell(self, stage: str, tally: Tally) -> None:
        self.stages.append(stage)
        if len(self.stages) == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def problem(self, problem: Problem) -> None:
        self.problems.append(problem)


def switches(form: Format, value: bool) -> dict[str, bool]:
    """Every option of a format that is on or off."""
    return {option.key: value for option in form.options if not option.choices}
