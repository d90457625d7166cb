"""File uploads (reference: *File uploads*)."""

import mimetypes

from apps.sandbox import access, errors, times
from apps.sandbox.call import Call, Upload, endpoint, listing
from apps.sandbox.uploads import SINGLE_PART_LIMIT, FileUpload
from apps.sandbox.world.json import Json
from apps.sandbox.writing.media import LONGEST_NAME
from apps.sandbox.writing.pen import a_string, a_url

_API = "https://api.notion.com/v1/file_uploads"
_MODES = ("single_part", "multi_part", "external_url")


def _answer(call: Call, upload: FileUpload) -> Json:
    status = upload.status_at(call.service.now())
    api = f"{call.service.settings.base_url}/v1/file_uploads" if call.service.settings.base_url else _API
    answer: Json = {
        "object": "file_upload",
        "id": upload.id,
        "created_time": times.minute(upload.created),
        "created_by": {"id": upload.created_by, "type": "bot"},
        "last_edited_time": times.minute(upload.edited),
        "expiry_time": None if status == "expired" else times.minute(upload.expires),
    }
    if status == "pending":
        answer["upload_url"] = f"{api}/{upload.id}/send"
        if upload.mode == "multi_part" and upload.parts:
            answer["complete_url"] = f"{api}/{upload.id}/complete"
    answer |= {
        "in_trash": False,
        "status": status,
        "filename": upload.filename,
        "content_type": upload.content_type,
        "content_length": len(upload.data) if upload.parts else None,
    }
    if upload.parts_expected is not None:
        answer["number_of_parts"] = {"total": upload.parts_expected, "sent": len(upload.parts)}
    if upload.mode == "external_url" and status == "uploaded":
        imported = times.millisecond(upload.edited // 1)
        answer["file_import_result"] = {"type": "success", "success": {}, "imported_time": imported}
    return answer


def _guessed(filename: object) -> str | None:
    """Notion takes the type from the extension where none is given."""
    return mimetypes.guess_type(filename)[0] if isinstance(filename, str) else None


def _get(call: Call) -> FileUpload:
    identifier = call.params["file_upload_id"]
    upload = call.service.uploads.get(identifier)
    if upload is None or upload.world is not call.world:
        raise call.connection.missing("file_upload", identifier)
    upload.arrive()
    return upload


@endpoint("POST", "/file_uploads", "mode filename content_type number_of_parts external_url")
def create_upload(call: Call) -> Json:
    """An external URL is pending in the answer and imported when somebody looks again: the sandbox fetches nothing."""
    pen, body = call.pen(access.INSERT_CONTENT), call.body
    mode = body.get("mode", "single_part")
    if mode not in _MODES:
        raise errors.should_be("body.mode", " or ".join(f'`"{each}"`' for each in _MODES), mode)
    if mode != "single_part" and "filename" not in body:
        raise errors.undefined("body.filename")
    number = sum(1 for _ in call.service.uploads.of(pen.world))
    upload = FileUpload(
        id=pen.world.ids.make("file_upload", 0, number, pen.now, by_api=True),
        world=pen.world,
        mode=mode,
        created=pen.now,
        edited=pen.now,
        created_by=pen.author,
        filename=a_string(body["filename"], "body.filename", LONGEST_NAME) if "filename" in body else None,
        content_type=body.get("content_type") or _guessed(body.get("filename")),
        parts_expected=body.get("number_of_parts") if mode == "multi_part" else None,
    )
    if mode == "external_url":
        upload.external_url = a_url(body.get("external_url"), "body.external_url")
    call.service.uploads.add(upload)
    return _answer(call, upload)


@endpoint("POST", "/file_uploads/{file_upload_id}/send")
def send_upload(call: Call) -> Json:
    pen, upload, file = call.pen(access.INSERT_CONTENT), _get(call), call.form.get("file")
    if upload.status_at(pen.now) != "pending":
        raise errors.invalid(f"File upload {upload.id} is {upload.status_at(pen.now)} and cannot be sent.")
    if not isinstance(file, Upload):
        raise errors.undefined("body.file")
    if len(file.data) > SINGLE_PART_LIMIT:
        raise errors.invalid(f"File size exceeds the limit of {SINGLE_PART_LIMIT} bytes for one part.")
    number = str(call.form.get("part_number", "1"))
    if not number.isdigit() or (upload.mode == "multi_part" and "part_number" not in call.form):
        raise errors.should_be("body.part_number", "a number", call.form.get("part_number"))
    upload.parts[int(number)] = file.data
    upload.filename = upload.filename or file.filename
    upload.content_type = upload.content_type or file.content_type
    if upload.mode == "single_part":
        upload.status, upload.edited = "uploaded", pen.now
    return _answer(call, upload)


@endpoint("POST", "/file_uploads/{file_upload_id}/complete", "")
def complete_upload(call: Call) -> Json:
    pen, upload = call.pen(access.INSERT_CONTENT), _get(call)
    if upload.mode != "multi_part" or upload.status_at(pen.now) != "pending":
        raise errors.invalid(f"File upload {upload.id} cannot be completed.")
    if upload.parts_expected is not None and len(upload.parts) != upload.parts_expected:
        raise errors.invalid(f"{len(upload.parts)} of {upload.parts_expected} parts were sent.")
    upload.status, upload.edited = "uploaded", pen.now
    return _answer(call, upload)


@endpoint("GET", "/file_uploads/{file_upload_id}")
def retrieve_upload(call: Call) -> Json:
    return _answer(call, _get(call))


@endpoint("GET", "/file_uploads")
def list_uploads(call: Call) -> Json:
    """Newest first."""
    status, now = call.asked("status"), call.service.now()
    every = list(call.service.uploads.of(call.world))
    for upload in every:
        upload.arrive()
    uploads = [each for each in every if status in (None, each.status_at(now))]
    shown, next_cursor = call.page_of(uploads, lambda upload: upload.id)
    return listing("file_upload", [_answer(call, upload) for upload in shown], next_cursor)
