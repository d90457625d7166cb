"""The ``parent`` of an answer: always the direct one."""

from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Block, Comment, Database, DataSource, InBlock, Page, Parent


def parent_of(parent: Parent) -> Json:
    match parent:
        case None:
            return {"type": "workspace", "workspace": True}
        case InBlock():
            return {"type": "block_id", "block_id": parent.block_id}
        case Page():
            return {"type": "page_id", "page_id": parent.id}
        case Database():
            return {"type": "database_id", "database_id": parent.id}
        case DataSource():
            return {
                "type": "data_source_id",
                "data_source_id": parent.id,
                "database_id": parent.database.id,
            }


def parent_of_block(block: Block) -> Json:
    if block.parent is not None:
        return {"type": "block_id", "block_id": block.parent.id}
    return {"type": "page_id", "page_id": block.page.id}


def parent_of_comment(comment: Comment) -> Json:
    if comment.block_id is not None:
        return {"type": "block_id", "block_id": comment.block_id}
    return {"type": "page_id", "page_id": comment.page.id}


def partial_user(user_id: str) -> Json:
    return {"object": "user", "id": user_id}
