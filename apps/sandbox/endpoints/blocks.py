"""Blocks (reference: *Blocks*). Pages and databases may be addressed as blocks."""

from apps.sandbox import access
from apps.sandbox.call import Call, endpoint, listing
from apps.sandbox.reading.blocks import block_answer, block_answers, children_of, thing_as_block
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Block


@endpoint("GET", "/blocks/{block_id}")
def retrieve_block(call: Call) -> Json:
    call.connection.require(access.READ_CONTENT)
    thing = call.connection.block(call.params["block_id"])
    return block_answer(call.reader, thing) if isinstance(thing, Block) else thing_as_block(call.reader, thing)


@endpoint("GET", "/blocks/{block_id}/children")
def list_children(call: Call) -> Json:
    call.connection.require(access.READ_CONTENT)
    parent = call.connection.block(call.params["block_id"])
    blocks, next_cursor = call.page_of(children_of(call.reader, parent), lambda block: block.id)
    return listing("block", block_answers(call.reader, list(blocks)), next_cursor)
