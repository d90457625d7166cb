"""Undoing gzip with a bound."""

import gzip
import tracemalloc

import pytest

from apps.notion.encoding import CutShort, Gunzip, TooLong

TEXT = b"a line of text\n" * 1000


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_pieces_of_any_size_give_the_whole(size: int) -> None:
    encoded = gzip.compress(TEXT)
    gunzip = Gunzip(len(TEXT))
    pieces = [gunzip.feed(encoded[start : start + size]) for start in range(0, len(encoded), size)]
    gunzip.finish()
    assert b"".join(pieces) == TEXT


def test_a_stream_that_ends_early_is_noticed() -> None:
    gunzip = Gunzip(len(TEXT))
    gunzip.feed(gzip.compress(TEXT)[:-1])
    with pytest.raises(CutShort):
        gunzip.finish()


def test_what_is_no_gzip_is_noticed() -> None:
    with pytest.raises(CutShort):
        Gunzip(10).feed(b"plain text")


def test_a_bomb_is_refused_without_being_unpacked() -> None:
    bomb = gzip.compress(bytes(20_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(TooLong):
            Gunzip(10_000).feed(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
