"""Matching blocks: what is reported, applied to the page before, gives the page after; and nothing more is reported."""

from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from apps.snapshots.compare.matching import Entry, Step, longest_increasing, script

Tree = list[tuple[str, str, str]]
"""Blocks depth first: (id, parent's id, words); the page is ``page``."""


def entries(tree: Tree) -> list[Entry]:
    return [
        Entry((name, 0), parent, blake2b(words.encode(), digest_size=16).digest(), 0, 0, row)
        for row, (name, parent, words) in enumerate(tree)
    ]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A forest over some of twelve names, in depth-first order."""
    names = draw(st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=12))
    below: dict[str, list[str]] = {"page": []}
    for name in names:
        parent = draw(st.sampled_from(sorted(below)))
        place = draw(st.integers(0, len(below[parent])))
        below[parent].insert(place, name)
        below[name] = []
    return flat(below, "page", {name: draw(st.sampled_from(["x", "y"])) for name in names})


def flat(below: dict[str, list[str]], parent: str, words: dict[str, str]) -> Tree:
    found: Tree = []
    for name in below[parent]:
        found += [(name, parent, words[name]), *flat(below, name, words)]
    return found


def applied(tree: Tree, steps: list[Step], after: Tree) -> Tree:
    """Do to ``tree`` what the steps say, looking up in ``after`` only what they call added, moved or changed."""
    below: dict[str, list[str]] = {"page": []}
    words: dict[str, str] = {}
    for name, parent, said in tree:
        below.setdefault(parent, []).append(name)
        below.setdefault(name, [])
        words[name] = said
    leaving = {step.before.key[0] for step in steps if step.before and (step.after is None or step.is_moved)}
    for children in below.values():
        children[:] = [name for name in children if name not in leaving]
    last: dict[str, str] = {}
    for step in steps:
        if step.after is None:
            continue
        name, parent = step.after.key[0], step.after.parent
        if {"added", "moved"} & set(step.marks):
            siblings = below.setdefault(parent, [])
            siblings.insert(siblings.index(last[parent]) + 1 if parent in last else 0, name)
            below.setdefault(name, [])
        if {"added", "changed"} & set(step.marks):
            words[name] = after[step.after.row][2]
        last[parent] = name
    return flat(below, "page", words)


@given(trees(), trees())
def test_what_is_reported_leads_from_one_page_to_the_other(before: Tree, after: Tree) -> None:
    steps = list(script(entries(before), entries(after)))
    assert applied(before, steps, after) == after
    assert [step.after.key[0] for step in steps if step.after] == [name for name, _, _ in after]
    gone = [step.before.key[0] for step in steps if step.before and step.after is None]
    assert sorted(gone) == sorted({name for name, _, _ in before} - {name for name, _, _ in after})


@given(trees())
def test_a_page_is_the_same_as_itself(tree: Tree) -> None:
    assert all(step.marks == [] for step in script(entries(tree), entries(tree)))


@given(trees(), st.data())
def test_one_block_that_moves_with_all_that_is_in_it_is_one_move(tree: Tree, data: st.DataObject) -> None:
    if not tree:
        return
    below: dict[str, list[str]] = {"page": []}
    for name, parent, _ in tree:
        below.setdefault(parent, []).append(name)
        below.setdefault(name, [])
    name = data.draw(st.sampled_from([one[0] for one in tree]))
    inside = {one for one, _, _ in flat(below, name, {one[0]: "" for one in tree})}
    old = next(parent for one, parent, _ in tree if one == name)
    at = below[old].index(name)
    below[old].remove(name)
    new = data.draw(st.sampled_from(sorted(below.keys() - inside - {name})))
    to = data.draw(st.integers(0, len(below[new])))
    below[new].insert(to, name)
    after = flat(below, "page", {one: words for one, _, words in tree})
    moved = [step for step in script(entries(tree), entries(after)) if step.marks]
    assert [step.marks for step in moved] == ([["moved"]] if (old, at) != (new, to) else [])


def test_of_two_that_changed_places_one_moved() -> None:
    before = [("a", "page", ""), ("b", "page", ""), ("c", "page", "")]
    steps = list(script(entries(before), entries([before[1], before[0], before[2]])))
    assert sum(step.is_moved for step in steps) == 1


def test_what_was_removed_stands_where_it_was() -> None:
    before = [(name, "page", "") for name in "abcd"]
    steps = script(entries(before), entries([before[0], before[3], ("e", "page", "")]))
    named = [(step.after or step.before, step.marks) for step in steps]
    assert [(entry.key[0], marks) for entry, marks in named if entry] == [
        ("a", []),
        ("b", ["removed"]),
        ("c", ["removed"]),
        ("d", []),
        ("e", ["added"]),
    ]


@given(st.lists(st.integers(0, 30), unique=True, max_size=9))
def test_the_longest_increasing_subsequence_is_increasing_and_longest(numbers: list[int]) -> None:
    kept = longest_increasing(numbers)
    chosen = [numbers[index] for index in sorted(kept)]
    assert chosen == sorted(chosen)
    best = max((len(run) for run in subsequences(numbers) if run == sorted(run)), default=0)
    assert len(kept) == best


def subsequences(numbers: list[int]) -> list[list[int]]:
    found: list[list[int]] = [[]]
    for number in numbers:
        found += [[*run, number] for run in found]
    return found
