"""``python -m tests.benchmarks.report``: the figures of ``var/bench.json`` as tables for ``docs/performance.md``."""

import json
import sys
from typing import Any

from tests.benchmarks.figures import shown
from tests.benchmarks.servers import ROOT

WORDS = {None: "", True: "met", False: "**missed**"}


def table(figures: list[dict[str, Any]]) -> str:
    lines = ["| measured | value | goal | | note |", "|---|---|---|---|---|"]
    for figure in figures:
        goal = "" if figure["goal"] is None else f"{figure['bound']} {shown(figure['goal'])}"
        value = f"{shown(figure['value'])} {figure['unit']}"
        lines.append(f"| {figure['name']} | {value} | {goal} | {WORDS[figure['met']]} | {figure['note']} |")
    return "\n".join(lines)


def main() -> None:
    report = json.loads((ROOT / "var" / "bench.json").read_text())
    machine = report["machine"]
    parts = [
        f"Measured on {machine['date']}, Python {machine['python']}, {machine['system']}, {machine['cores']} cores."
    ]
    parts += [table(figures) for figures in report["figures"].values()]
    sys.stdout.write("\n\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
