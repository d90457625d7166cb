"""The ledger: where objects lie, which files there are, and that it survives its process."""

import random
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from apps.exports.arrangement import DEEP
from apps.exports.ledger import REMEMBERED, Entry, Ledger, PathTaken, Problem, WrittenFile


def uuid(number: int) -> str:
    return str(UUID(int=number))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path / "ledger")
    yield made
    made.close()


def place(ledger: Ledger, object_id: str) -> str:
    entry = ledger.object(object_id)
    assert entry is not None
    return ledger.place(entry)


def test_pages_lie_in_the_folder_of_their_parent_and_strangers_at_the_top(ledger: Ledger) -> None:
    ledger.add_objects(
        [
            Entry(0, uuid(1), "page", "", "Home"),
            Entry(1, uuid(2), "page", uuid(1), "Team"),
            Entry(2, uuid(3), "page", uuid(2), "Ada"),
            Entry(3, uuid(4), "page", uuid(99), "Shared alone"),
        ]
    )
    ledger.settle()
    assert place(ledger, uuid(3)) == "Home 00000001/Team 00000002/Ada 00000003"
    assert place(ledger, uuid(4)) == "Shared alone 00000004"


def test_rows_lie_in_the_folder_of_their_database_whatever_its_number_of_data_sources(ledger: Ledger) -> None:
    ledger.add_objects(
        [
            Entry(0, uuid(1), "database", "", "Tasks"),
            Entry(1, uuid(2), "data_source", uuid(1), "Tasks"),
            Entry(2, uuid(3), "row", uuid(2), "Write"),
            Entry(3, uuid(4), "data_source", uuid(1), "Archive"),
            Entry(4, uuid(5), "row", uuid(4), "Write"),
            Entry(5, uuid(6), "data_source", uuid(98), "Of a database that was not shared"),
            Entry(6, uuid(7), "row", uuid(6), "Lone"),
        ]
    )
    ledger.settle()
    assert place(ledger, uuid(3)) == "Tasks 00000001/Write 00000003"
    assert place(ledger, uuid(5)) == "Tasks 00000001/Write 00000005"
    assert place(ledger, uuid(7)) == "Of a database that was not shared 00000006/Lone 00000007"


def test_a_place_does_not_change_when_siblings_come_and_go(tmp_path: Path) -> None:
    kept = Entry(0, uuid(7), "page", "", "Notes")
    others = [Entry(number, uuid(number), "page", "", "Notes") for number in (3, 21, 400)]

    def place_among(entries: list[Entry], name: str) -> str:
        ledger = Ledger(tmp_path / name)
        ledger.add_objects(Entry(seq, e.id, e.kind, e.parent, e.title) for seq, e in enumerate(entries))
        ledger.settle()
        found = place(ledger, kept.id)
        ledger.close()
        return found

    alone = place_among([kept], "alone")
    assert alone == place_among([*others, kept], "after") == place_among([kept, *others[1:]], "before")


def test_twins_with_the_same_short_digits_both_get_their_whole_id(ledger: Ledger) -> None:
    twins = [f"{digit * 8}-0000-4000-8000-000012345678" for digit in "ab"]
    ledger.add_objects(
        [Entry(seq, id_, "page", "", title) for seq, (id_, title) in enumerate(zip(twins, ["Ä", "ä"], strict=True))]
    )
    ledger.settle()
    assert place(ledger, twins[0]) == f"Ä {twins[0].replace('-', '')}"
    assert place(ledger, twins[1]) == f"ä {twins[1].replace('-', '')}"


def test_circles_and_their_tails_are_brought_to_the_top(ledger: Ledger) -> None:
    ledger.add_objects(
        [
            Entry(0, uuid(1), "page", uuid(2), "Chicken"),
            Entry(1, uuid(2), "page", uuid(1), "Egg"),
            Entry(2, uuid(3), "page", uuid(3), "Own parent"),
            Entry(3, uuid(4), "page", uuid(1), "Feather"),
        ]
    )
    ledger.settle()
    assert {place(ledger, uuid(number)) for number in (1, 2, 3)} == {
        "Chicken 00000001",
        "Egg 00000002",
        "Own parent 00000003",
    }
    assert place(ledger, uuid(4)).endswith("Feather 00000004")


def test_paths_stay_short_in_the_deepest_tree_and_are_found_in_any_order(ledger: Ledger) -> None:
    depth = 300
    entries = [Entry(n, uuid(n + 1), "page", uuid(n) if n else "", f"Level {n} {'x' * 60}") for n in range(depth)]
    ledger.add_objects(entries)
    ledger.settle()
    order = list(range(depth))
    random.Random(1).shuffle(order)
    places = {uuid(n + 1): place(ledger, uuid(n + 1)) for n in order}
    assert len(set(places.values())) == depth
    assert max(len(found.encode()) for found in places.values()) < 800
    assert any(found.startswith(f"{DEEP}/") for found in places.values())


def test_places_are_right_also_when_more_of_them_were_asked_for_than_are_remembered(ledger: Ledger) -> None:
    ledger.add_objects([Entry(0, uuid(1), "page", "", "Top")])
    ledger.add_objects(Entry(n, uuid(n + 1), "page", uuid(1), f"Page {n}") for n in range(1, REMEMBERED + 3))
    ledger.settle()
    last = -1
    while entries := ledger.objects(last, 1000):
        for entry in entries[1:] if last == -1 else entries:
            assert ledger.place(entry) == f"Top 00000001/{entry.name}"
        last = entries[-1].turn
    assert place(ledger, uuid(1)) == "Top 00000001"


def test_two_files_that_some_system_cannot_tell_apart_are_refused(ledger: Ledger) -> None:
    ledger.add_file(WrittenFile("a/Read Me.md", 1, "00"))
    with pytest.raises(PathTaken):
        ledger.add_file(WrittenFile("a/read me.md", 1, "00"))


def test_files_come_back_sorted_and_problems_in_their_order(ledger: Ledger) -> None:
    for path in ("b", "a/z", "a", "ä"):
        ledger.add_file(WrittenFile(path, 3, "00"))
    ledger.add_problem(Problem("page", "2", "Two", "our_fault"))
    ledger.add_problem(Problem("file", "1", "One", "file_gone"))
    assert [file.path for file in ledger.files()] == ["a", "a/z", "b", "ä"]
    assert [problem.object_id for problem in ledger.problems()] == ["2", "1"]
    assert ledger.file_totals() == (4, 12)


def test_what_was_committed_is_there_for_the_next_process_and_nothing_else(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "ledger")
    first.add_file(WrittenFile("kept", 1, "00"))
    first.note("mark", [1, 2, 3])
    first.commit()
    first.add_file(WrittenFile("lost", 1, "00"))
    first.note("mark", [9, 9, 9])
    first.close()
    second = Ledger(tmp_path / "ledger")
    assert [file.path for file in second.files()] == ["kept"]
    assert second.noted("mark") == [1, 2, 3]
    assert second.noted("never") is None
    second.close()


def test_children_come_in_order_and_by_kind(ledger: Ledger) -> None:
    ledger.add_objects([Entry(n, uuid(n + 10), "row" if n % 2 else "page", uuid(1), f"{n}") for n in range(1200)])
    ledger.settle()
    assert [entry.title for entry in ledger.children(uuid(1), "row")] == [str(n) for n in range(1200) if n % 2]


def test_objects_take_their_turn_depth_first_and_stored_files_last(ledger: Ledger) -> None:
    ledger.add_objects(
        [
            Entry(0, uuid(9), "discussion", uuid(2), "on Team"),
            Entry(1, uuid(2), "page", uuid(1), "Team"),
            Entry(2, uuid(8), "file", uuid(2), "photo.png", content="00"),
            Entry(3, uuid(4), "page", "", "Second top"),
            Entry(4, uuid(3), "page", uuid(2), "Ada"),
            Entry(5, uuid(7), "data_source", uuid(6), "Source"),
            Entry(6, uuid(1), "page", "", "Home"),
            Entry(7, uuid(6), "database", uuid(1), "Tasks"),
            Entry(8, uuid(5), "row", uuid(7), "Write"),
        ]
    )
    ledger.settle()
    order = [entry.title for entry in ledger.objects(-1, 100)]
    assert order == ["Second top", "Home", "Team", "on Team", "Ada", "Tasks", "Source", "Write", "photo.png"]
    third = ledger.objects(-1, 3)[-1]
    assert [entry.title for entry in ledger.objects(third.turn, 2)] == ["on Team", "Ada"]
