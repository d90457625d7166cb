"""Marks of people and workspaces: letters on one of a few grounds, always the same one for the same key."""

from zlib import crc32

TILES = ("", "t1", "t2", "t3", "t4", "t5", "t6")
FACES = ("", "c1", "c2", "c3", "c4")


def tile_class(key: str) -> str:
    """The ground of a workspace or organization mark, as a style sheet class."""
    return TILES[crc32(key.encode()) % len(TILES)]


def face_class(key: str) -> str:
    """The ground of a person's mark, as a style sheet class."""
    return FACES[crc32(key.encode()) % len(FACES)]


def letter(name: str) -> str:
    """The first letter or digit of a name, upper case; ``"·"`` when it has none."""
    return next((char.upper() for char in name if char.isalnum()), "·")


def initials(name: str) -> str:
    """Two letters for a face: first and last word of a name, or the first two letters of a single word."""
    words = [word for word in (_letters(part) for part in name.split("@")[0].replace(".", " ").split()) if word]
    if not words:
        return "·"
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()


def _letters(part: str) -> str:
    return "".join(char for char in part if char.isalnum())
