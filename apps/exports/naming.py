"""From titles to parts of names that every file system takes. How they are put together, the arrangement says."""

import re
import unicodedata
from hashlib import blake2b
from urllib.parse import quote

TITLE_BYTES = 80
"""UTF-8 bytes that a title may take in a name; with suffix and extension every name stays far below 255."""
UNTITLED = "Untitled"
SHORT = 8
FULL = 32
FILE_DIGITS = 12

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_JOINERS = "\u200c\u200d"
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}")


def file_name(name: str, sha256: str) -> str:
    """The name of an attachment: its own name with the start of its content's SHA-256, extension last."""
    stem, extension = split_extension(name)
    return f"{safe(stem) or 'file'} {sha256[:FILE_DIGITS]}{extension}"


def bare_id(object_id: str) -> str:
    """The 32 digits of an id; an id that is no UUID stands for itself through its hash."""
    digits = object_id.replace("-", "").lower()
    if re.fullmatch(r"[0-9a-f]{32}", digits):
        return digits
    return blake2b(object_id.encode(), digest_size=16).hexdigest()


def split_extension(name: str) -> tuple[str, str]:
    """``photo.JPG`` → ``photo``, ``.jpg``. What does not look like an extension stays in the stem."""
    stem, dot, end = name.rpartition(".")
    extension = f"{dot}{end}"
    if not stem or not _EXTENSION.fullmatch(extension):
        return name, ""
    return stem, extension.lower()


def is_like_a_file(name: str) -> bool:
    """Whether a name without extension ends as if it had one, so that it may be another file's whole name."""
    return not split_extension(name)[1].removeprefix(".")[:1].isdigit() and split_extension(name)[1] != ""


def safe(title: str, limit: int = TITLE_BYTES) -> str:
    """A title as part of a file name: NFC, one line, nothing that Windows, macOS or Linux refuse or hide.

    Control and direction characters go, forbidden ones become ``_``, blanks are squeezed, a leading dot (a
    hidden file) and a reserved device name get a ``_`` before them. ``limit`` is in UTF-8 bytes; nothing that
    is seen as one character is torn. Gives ``""`` when nothing is left.
    """
    text = unicodedata.normalize("NFC", "".join(_kept(character) for character in title))
    text = _SPACES.sub(" ", _FORBIDDEN.sub("_", text)).strip()
    text = _cut(text, limit).rstrip(" .")
    if text.startswith(".") or _RESERVED.match(text):
        text = _cut(f"_{text}", limit)
    return text


def clash_key(name: str) -> str:
    """Equal for names that some file system cannot tell apart (case, composed and decomposed letters)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def is_inside(path: str) -> bool:
    """Whether a relative path stays in its folder, on every system."""
    return not any(part in ("", ".", "..") for part in path.split("/")) and not {"\\", ":", "\0"} & set(path)


def link_to(path: str) -> str:
    """A relative path as the target of a link: RFC 3986, so that no reader trips over blanks or brackets."""
    return quote(path, safe="/-._~")


def relative(path: str, start: str) -> str:
    """How the file ``start`` refers to ``path``; both are relative to the root of the export."""
    here, there = start.split("/")[:-1], path.split("/")
    shared = 0
    while shared < len(here) and shared < len(there) - 1 and here[shared] == there[shared]:
        shared += 1
    return "/".join([".."] * (len(here) - shared) + there[shared:])


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zl", "Zp") or character in "\t\n\r\v\f":
        return " "
    if category in ("Cc", "Cs") or (category == "Cf" and character not in _JOINERS):
        return ""
    return character


def _cut(text: str, limit: int) -> str:
    if len(text.encode()) <= limit:
        return text
    kept = text.encode()[:limit].decode(errors="ignore")
    whole = kept
    while whole and _belongs_to_the_one_before(text[len(whole)], whole[-1]):
        whole = whole[:-1]
    return whole or kept


def _belongs_to_the_one_before(character: str, before: str) -> bool:
    """Whether a cut between the two would tear an accent, a joined emoji or a skin tone from its base."""
    joined = before in _JOINERS or character in _JOINERS
    return joined or unicodedata.category(character) in ("Mn", "Me", "Mc") or 0x1F3FB <= ord(character) <= 0x1F3FF
