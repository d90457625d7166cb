"""The manifest as text: JSON for everybody, one file to a line for ourselves."""

import json
from pathlib import Path

from apps.exports.ledger import Problem, WrittenFile
from apps.exports.manifest import Missing, files_listed, manifest

FILES = [
    WrittenFile("a.md", 3, "0" * 64),
    WrittenFile('quote " back \\ slash/ü 😀.md', 0, "f" * 64),
]
PROBLEM = Problem("file", "id", 'photo "1".png', "file_gone")
MISSING = Missing("page", "id", '{"path": "a.md"}', "failed", "Not shared.")


def write(path: Path, **parts: list[WrittenFile]) -> bytes:
    made = b"".join(
        manifest(
            {"format": "json", "complete": False, "counts": {"page": {"seen": 1}}},
            problems=[PROBLEM],
            missing=[MISSING],
            files=parts.get("files", FILES),
        )
    )
    path.write_bytes(made)
    return made


def test_it_is_json_in_the_order_given(tmp_path: Path) -> None:
    read = json.loads(write(tmp_path / "manifest.json"))
    assert list(read) == [
        "manifest_version",
        "format",
        "complete",
        "counts",
        "failed",
        "not_in_snapshot",
        "files",
        "kept_from_an_earlier_export",
    ]
    assert read["files"][1] == {"path": 'quote " back \\ slash/ü 😀.md', "size": 0, "sha256": "f" * 64}
    reason = "The stored file is no longer in the file store."
    assert read["failed"] == [{"kind": "file", "id": "id", "title": 'photo "1".png', "reason": reason}]
    assert json.loads(write(tmp_path / "manifest.json", files=[]))["files"] == []


def test_its_files_can_be_read_again_line_by_line(tmp_path: Path) -> None:
    write(tmp_path / "manifest.json")
    assert list(files_listed(tmp_path / "manifest.json")) == FILES


def test_a_manifest_of_somebody_else_lists_nothing(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"files": [{"path": "precious.md"}]}, indent=2))
    assert list(files_listed(tmp_path / "manifest.json")) == []
    (tmp_path / "manifest.json").write_bytes(b'\xff\xfe    {"path": "\n    {"path": 1}\n')
    assert list(files_listed(tmp_path / "manifest.json")) == []
