"""File uploads: create, send, complete, attach."""

from apps.sandbox import Sandbox
from tests.sandbox.asking import Ask, FakeClock, page_titled
from tests.sandbox.recordings import exchanges, needs_recordings


async def _send(ask: Ask, upload_id: str, data: bytes, **form: str) -> dict[str, object]:
    files = {"file": ("map.txt", data, "text/plain")}
    return await ask.answer("POST", f"/v1/file_uploads/{upload_id}/send", files=files, data=form)


async def test_one_part_and_attach(ask: Ask, sandbox: Sandbox) -> None:
    made = await ask.post("file_uploads", {"filename": "map.txt", "content_type": "text/plain"})
    assert made["status"] == "pending"
    assert made["upload_url"].endswith(f"/v1/file_uploads/{made['id']}/send")
    early = {"children": [{"file": {"type": "file_upload", "file_upload": {"id": made["id"]}}}]}
    home = page_titled(sandbox, "Home")
    assert (await ask.refusal("PATCH", f"blocks/{home}/children", early))[0] == 400
    sent = await _send(ask, made["id"], b"here be dragons")
    assert (sent["status"], sent["content_length"]) == ("uploaded", 15)
    assert "upload_url" not in sent
    block = (await ask.patch(f"blocks/{home}/children", early))["results"][0]
    assert block["file"]["name"] == "map.txt"
    fetched = await ask.raw("GET", block["file"]["file"]["url"], headers={})
    assert fetched.content == b"here be dragons"
    again = {"icon": {"type": "file_upload", "file_upload": {"id": made["id"]}}}
    assert (await ask.patch(f"pages/{home}", again))["icon"]["type"] == "file"


async def test_several_parts(ask: Ask) -> None:
    made = await ask.post("file_uploads", {"mode": "multi_part", "filename": "big.txt", "number_of_parts": 2})
    assert made["number_of_parts"] == {"total": 2, "sent": 0}
    first = await _send(ask, made["id"], b"one ", part_number="1")
    assert (first["status"], first["content_length"]) == ("pending", 4)
    assert "complete_url" in first
    assert (await ask.refusal("POST", f"file_uploads/{made['id']}/complete", {}))[0] == 400
    await _send(ask, made["id"], b"two", part_number="2")
    done = await ask.post(f"file_uploads/{made['id']}/complete")
    assert (done["status"], done["content_length"]) == ("uploaded", 7)
    assert "complete_url" not in done


async def test_an_upload_that_is_not_sent_expires(ask: Ask, clock: FakeClock) -> None:
    made = await ask.post("file_uploads", {"filename": "late.txt"})
    clock.forward(3601)
    assert (await ask.get(f"file_uploads/{made['id']}"))["status"] == "expired"
    listed = await ask.get("file_uploads", {"status": "expired"})
    assert [each["id"] for each in listed["results"]] == [made["id"]]
    assert (await ask.get("file_uploads", {"status": "pending"}))["results"] == []


@needs_recordings
async def test_uploads_have_the_recorded_keys(ask: Ask) -> None:
    recorded = {
        tuple(key for key in exchange["response"] if key != "archived")
        for exchange in exchanges("2025-09-03")
        if exchange["response"].get("object") == "file_upload"
    }
    made = await ask.post("file_uploads", {"filename": "a.txt", "content_type": "text/plain"})
    sent = await _send(ask, made["id"], b"x")
    assert {tuple(made), tuple(sent)} <= recorded
