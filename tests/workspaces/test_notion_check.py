"""``manage.py notion_check``: silent success is no proof, so it must be able to fail."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "notion-recordings"
BLOCK = {"object": "block", "id": "11111111-1111-4111-8111-111111111111", "type": "divider", "divider": {}}


def check(path: Path) -> str:
    out = io.StringIO()
    call_command("notion_check", str(path), stdout=out)
    return out.getvalue()


def recording(folder: Path, *answers: object, version: str = "2026-03-11") -> Path:
    path = folder / "recorded.jsonl"
    exchange = {"method": "GET", "path": "/v1/blocks/x", "version": version, "request": None, "status": 200}
    path.write_text("".join(json.dumps(exchange | {"response": answer}) + "\n" for answer in answers))
    return path


def test_a_good_recording_passes_and_is_counted(tmp_path: Path) -> None:
    assert "divider" in check(recording(tmp_path, BLOCK))


@pytest.mark.parametrize("version", ["2026-03-11", "2025-09-03", "2022-06-28"])
def test_recordings_of_each_version_are_read(tmp_path: Path, version: str) -> None:
    kind = "meeting_notes" if version == "2026-03-11" else "transcription"
    block = {**BLOCK, "type": kind, kind: {"title": []}, "in_trash": False}
    del block["divider"]
    assert "meeting_notes" in check(recording(tmp_path, block, version=version))


def test_a_recording_of_a_version_that_does_not_exist_fails(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        check(recording(tmp_path, BLOCK, version="2024-05-22"))


@pytest.mark.parametrize(
    "broken",
    [
        {k: v for k, v in BLOCK.items() if k != "divider"},
        {**BLOCK, "type": "paragraph", "paragraph": {"rich_text": "not a list", "color": "default"}},
    ],
)
def test_a_broken_recording_fails(tmp_path: Path, broken: dict[str, object]) -> None:
    with pytest.raises(SystemExit) as ended:
        check(recording(tmp_path, BLOCK, broken))
    assert ended.value.code == 1


def test_a_line_that_is_no_json_fails(tmp_path: Path) -> None:
    path = recording(tmp_path, BLOCK)
    path.write_text(path.read_text() + "{half a line\n")
    with pytest.raises(SystemExit):
        check(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        check(tmp_path / "nothing.jsonl")


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recorded exchanges are not beside this checkout")
@pytest.mark.parametrize("name", ["a-2026-03-11.jsonl", "b-2025-09-03.jsonl"])
def test_the_recorded_exchanges_pass(name: str) -> None:
    assert "failures 0" in check(RECORDINGS / name)
