"""Pages and rows (reference: *Pages*)."""

from urllib.parse import unquote

from apps.sandbox import access, errors
from apps.sandbox.call import Call, endpoint
from apps.sandbox.endpoints.property_items import property_item_answer
from apps.sandbox.reading.pages import page_answer
from apps.sandbox.reading.values import TITLE, visible_properties
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Page, Property


def filter_properties(call: Call) -> list[str] | None:
    asked = call.query.get("filter_properties") or call.query.get("filter_properties[]")
    return [unquote(each) for each in asked] if asked else None


@endpoint("GET", "/pages/{page_id}")
def retrieve_page(call: Call) -> Json:
    call.connection.require(access.READ_CONTENT)
    return page_answer(call.reader, call.connection.page(call.params["page_id"]), filter_properties(call))


@endpoint("GET", "/pages/{page_id}/properties/{property_id}")
def retrieve_property_item(call: Call) -> Json:
    call.connection.require(access.READ_CONTENT)
    page = call.connection.page(call.params["page_id"])
    prop = _property(call, page, unquote(call.params["property_id"]))
    return property_item_answer(call, page, prop)


def _property(call: Call, page: Page, wanted: str) -> Property:
    known = [TITLE] if page.data_source is None else visible_properties(call.reader, page.data_source)
    for prop in known:
        if wanted in (prop.decoded_id, prop.id):
            return prop
    raise errors.ApiError(
        404,
        "object_not_found",
        f"Could not find property with ID: {wanted}.",
        additional={"integration_id": call.connection.id},
    )
