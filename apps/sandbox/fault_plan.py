"""The fault plan: all that goes wrong on one sandbox."""

from collections.abc import Iterable

from apps.sandbox.faults import ALTERS_WORLD, Fault
from apps.sandbox.random_faults import RandomFaults


class FaultPlan:
    """Faults in the order they were added; the first that strikes wins, those that alter the world all act."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.faults = list(faults)
        self.reset_error: type[Exception] = ConnectionResetError
        """What ``reset`` raises where there is no socket to cut: in process, over an ASGI transport."""
        self.random: RandomFaults | None = None
        """Strikes where none of the others does."""

    def add(self, fault: Fault) -> Fault:
        self.faults.append(fault)
        return fault

    def clear(self) -> None:
        self.faults.clear()
        self.random = None

    def striking(self, method: str, path: str, body: bytes = b"") -> list[Fault]:
        struck: list[Fault] = []
        for fault in self.faults:
            answered = any(each.kind not in ALTERS_WORLD for each in struck)
            if not (answered and fault.kind not in ALTERS_WORLD) and fault.strikes(method, path):
                struck.append(fault)
        if self.random is not None and not struck and (hit := self.random.strike(method, path, body)):
            struck.append(hit)
        return struck
