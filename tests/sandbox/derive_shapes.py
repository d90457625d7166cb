"""Derive the shapes of recorded answers: ``python -m tests.sandbox.derive_shapes`` writes `recorded_shapes.json`.

The file holds names of keys and JSON types only, so that it can stand in the repository where recordings cannot.
"""

import json
import sys
from pathlib import Path

from tests.sandbox.recordings import FOLDER, exchanges
from tests.sandbox.shapes import Shapes

FILE = Path(__file__).with_name("recorded_shapes.json")
RECORDED = ("2026-03-11", "2025-09-03")


def derived(version: str) -> Shapes:
    """From the recordings of that version."""
    shapes = Shapes()
    for exchange in exchanges(version):
        shapes.see(exchange["method"], exchange["path"], exchange["response"])
    return shapes


def kept(version: str) -> Shapes:
    """From the file."""
    return Shapes.read(json.loads(FILE.read_text(encoding="utf-8"))[version])


def main() -> None:
    if not FOLDER.is_dir():
        sys.exit(f"There are no recordings at {FOLDER}; {FILE.name} stays as it is.")
    written = {version: derived(version).written() for version in RECORDED}
    FILE.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
