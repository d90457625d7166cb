"""Icons, covers and files as clients send them."""

from typing import Any, Final
from urllib.parse import unquote, urlsplit

from apps.sandbox import errors
from apps.sandbox.world.json import Json
from apps.sandbox.world.rich_text import HostedFile
from apps.sandbox.writing.pen import Pen, a_string, a_url, an_id, an_object, variant
from apps.sandbox.writing.rich_text import known_emoji

LONGEST_NAME: Final = 900
_ICON_KINDS: Final = ("emoji", "external", "file_upload", "custom_emoji", "icon", "file")
_FILES_PATH: Final = 5
"""``/files/<space>/<file>/<name>`` has that many parts when split."""


def read_icon(pen: Pen, raw: Any, path: str) -> Json | None:
    """Raises 400."""
    if raw is None:
        return None
    kind, value = variant(raw, _ICON_KINDS, path)
    match kind:
        case "emoji":
            emoji = a_string(value, f"{path}.emoji")
            if not emoji:
                raise errors.should_be(f"{path}.emoji", "populated", value)
            return {"type": "emoji", "emoji": emoji}
        case "custom_emoji":
            emoji_value = known_emoji(pen, an_object(value, f"{path}.custom_emoji"), f"{path}.custom_emoji")
            return {"type": "custom_emoji", "custom_emoji": emoji_value}
        case "icon":
            icon = an_object(value, f"{path}.icon")
            name = a_string(icon.get("name"), f"{path}.icon.name")
            return {"type": "icon", "icon": {"name": name, "color": icon.get("color", "gray")}}
        case _:
            return read_file(pen, raw, path)


def read_cover(pen: Pen, raw: Any, path: str) -> Json | None:
    return None if raw is None else read_file(pen, raw, path)


def read_file(pen: Pen, raw: Any, path: str) -> Json:
    """``{type, external | file}``; an upload becomes a hosted file. Raises 400."""
    kind, value = variant(raw, ("external", "file_upload", "file"), path)
    value = an_object(value, f"{path}.{kind}")
    if kind == "external":
        return {"type": "external", "external": {"url": a_url(value.get("url"), f"{path}.external.url")}}
    if kind == "file_upload":
        return {"type": "file", "file": uploaded(pen, value.get("id"), f"{path}.file_upload.id")}
    return {"type": "file", "file": hosted(value.get("url"), f"{path}.file.url")}


def uploaded(pen: Pen, raw: Any, path: str) -> HostedFile:
    """The file of an upload that was sent. Raises 400."""
    identifier = an_id(raw, path)
    upload = pen.service.uploads.get(identifier)
    if upload is None or upload.world is not pen.world:
        raise errors.invalid(f"Could not find file upload with ID: {identifier}.")
    upload.arrive()
    if upload.status_at(pen.now) != "uploaded":
        raise errors.invalid(f"File upload {identifier} is not in a state to be attached: {upload.status_at(pen.now)}.")
    return HostedFile(upload.id, upload.filename or "file")


def hosted(raw: Any, path: str) -> HostedFile:
    """A signed URL sent back as it was read. Raises 400 for one that was not made here."""
    url = a_url(raw, path)
    parts = urlsplit(url).path.split("/", _FILES_PATH - 1)
    if len(parts) != _FILES_PATH or parts[1] != "files":
        raise errors.should_be(path, "a file hosted by the workspace", url)
    return HostedFile(parts[3], unquote(parts[4]))
