"""JSON: nothing is lost. The snapshot's objects can be made again from the archive alone."""

import json
from uuid import UUID

from apps.exports.formats import FORMATS
from apps.exports.formats.json import FEW
from apps.exports.rendering import Order
from apps.notion.normalise import canonical
from apps.snapshots.models import Snapshot
from apps.snapshots.store.bodies import Line, pack
from apps.snapshots.store.versions import alive_at
from tests.exports.archives import Opened
from tests.exports.conftest import Make
from tests.exports.samples import hostile, ordinary
from tests.exports.worlds import World, paragraph

JSON = FORMATS["json"]
Held = set[tuple[str, str, str | None, bytes]]


def rebuilt(archive: Opened) -> Held:
    """(kind, id, parent, digest) of every object, from nothing but the archive."""
    found: Held = set()
    for path, data in archive.content().items():
        if path.startswith("attachments/") or not path.endswith(".json"):
            continue
        read = json.loads(data)
        lines = [Line(line["id"], canonical(line)) for line in read.get("lines", ())]
        found.add((read["kind"], read["id"], read["parent"], pack(canonical(read["object"]), lines).digest))
    return found


def stored(snapshot: Snapshot) -> Held:
    rows = alive_at(snapshot.workspace_id, snapshot.number)
    return {(row.kind, str(row.object), str(row.parent) if row.parent else None, bytes(row.digest)) for row in rows}


def opened(make: Make, snapshot: Snapshot) -> Opened:
    return Opened.at(make(Order(snapshot, JSON, {"attachments": True}))[0])


def test_every_object_comes_back_with_its_digest(world: World, make: Make) -> None:
    snapshot = ordinary(world)
    assert rebuilt(opened(make, snapshot)) == stored(snapshot)


def test_so_does_every_object_of_a_hostile_workspace(world: World, make: Make) -> None:
    snapshot = hostile(world)
    assert rebuilt(opened(make, snapshot)) == stored(snapshot)


def test_numbers_and_texts_at_the_edges_survive(world: World, make: Make) -> None:
    odd = {
        "ints": [2**63, -(2**63), 0, -0],
        "floats": [0.1, 1e300, 5e-324, -0.0, 1.0, 123456789.123456789],
        "texts": ["\u2028\u0000\x7f", "😀", "\\u0041", "", " "],
        "empty": [[], {}, None, True],
    }
    world.page("Odd", "", [paragraph("x", odd=odd)], odd=odd)
    snapshot = world.close()
    assert rebuilt(opened(make, snapshot)) == stored(snapshot)


def test_a_page_of_thousands_of_blocks_is_written_in_pieces(world: World, make: Make) -> None:
    world.page("Long", "", [paragraph(f"Block {number}") for number in range(FEW + 1_500)])
    snapshot = world.close()
    archive = opened(make, snapshot)
    assert rebuilt(archive) == stored(snapshot)
    (page,) = [data for path, data in archive.files.items() if path.startswith("pages/")]
    lines = page.decode().splitlines()
    assert sum('"Block ' in line for line in lines) == FEW + 1_500, "a block to a line"


def test_stored_files_lie_beside_by_their_content(world: World, make: Make) -> None:
    archive = opened(make, ordinary(world))
    told = [json.loads(data) for path, data in archive.files.items() if path.startswith("files/")]
    assert len(told) == 5
    for file in told:
        facts = file["attachment"]
        assert len(archive.files[facts["path"]]) == facts["size"]
        assert facts["path"].split("/")[2].startswith(facts["sha256"])
    assert len({file["attachment"]["path"] for file in told}) == 4, "the same content is there once"


def test_ids_are_the_names_and_rows_lie_with_their_data_source(world: World, make: Make) -> None:
    archive = opened(make, ordinary(world))
    for path, data in archive.files.items():
        if path.endswith(".json") and path != "manifest.json" and not path.startswith("attachments/"):
            read = json.loads(data)
            assert path.endswith(f"/{UUID(read['id'])}.json")
            if read["kind"] == "row":
                assert path.split("/")[1] == read["object"]["parent"]["data_source_id"]
