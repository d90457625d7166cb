"""Known vulnerabilities of everything that is pinned, asked of OSV (https://osv.dev). Run by ``make lint``.

An answer that does not come is no pass: it fails, unless ``DEPENDENCY_AUDIT=if-possible`` says that this is accepted
here, and then it is said aloud. The package index is not asked: one without such data would let everything through.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"
PINNED = ("bootstrap.txt", "production.txt", "dev.txt")
PATIENCE = 300
NOT_DONE = "DEPENDENCY AUDIT NOT DONE: {reason}\nNothing is known of vulnerabilities in what is pinned."
HOW = "Run it where api.osv.dev can be reached, or accept that with DEPENDENCY_AUDIT=if-possible."


@dataclass(frozen=True, slots=True)
class Verdict:
    """``found`` are sentences; ``missing`` says why there is no answer, or not one for all."""

    found: tuple[str, ...] = ()
    missing: str = ""

    @property
    def passes(self) -> bool:
        return not self.found and not self.missing


def verdict(output: str, errors: str, pins: int) -> Verdict:
    """What pip-audit's JSON and its complaints come to, of so many pinned packages."""
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = [line for line in errors.splitlines() if line.strip()][-1:] or ["it said nothing"]
        return Verdict(missing=last[0][:300])
    found = tuple(
        f"{one['name']} {one.get('version', '')}: {bug['id']}, mended in {' or '.join(bug['fix_versions']) or '–'}"
        for one in packages
        for bug in one.get("vulns", ())
    )
    skipped = [f"{one['name']} ({one['skip_reason']})" for one in packages if "skip_reason" in one]
    if skipped:
        return Verdict(found, f"{len(skipped)} packages were passed over, {skipped[0]} among them")
    if len(packages) < pins:
        return Verdict(found, f"{len(packages)} of {pins} packages were looked at")
    return Verdict(found)


def pins_in(text: str) -> int:
    return len({name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==", text, re.MULTILINE)})


def audit(name: str) -> Verdict:
    path = REQUIREMENTS / name
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", "osv", "--strict", "--format", "json"]
    command += ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--requirement", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return Verdict(missing=f"no answer within {PATIENCE} seconds")
    return verdict(done.stdout, done.stderr, pins_in(applicable(path.read_text())))


def applicable(text: str) -> str:
    """Without the pins that are for another platform or Python only: they carry a marker."""
    return "\n".join(line for line in text.splitlines() if ";" not in line)


def main() -> int:
    verdicts = {name: audit(name) for name in PINNED}
    found = sorted({sentence for one in verdicts.values() for sentence in one.found})
    missing = {one.missing: name for name, one in verdicts.items() if one.missing}
    for sentence in found:
        print(f"VULNERABLE: {sentence}")
    for reason, name in missing.items():
        print(NOT_DONE.format(reason=f"{name}: {reason}"))
    if found:
        return 1
    if missing and os.environ.get("DEPENDENCY_AUDIT") != "if-possible":
        print(HOW)
        return 1
    if not missing:
        print("No known vulnerabilities in what is pinned.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
