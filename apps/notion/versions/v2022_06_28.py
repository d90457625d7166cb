"""2022-06-28: a database is its own and only data source.

Facts (https://developers.notion.com/docs/upgrade-guide-2025-09-03): a database has `properties` and is queried itself;
rows have it as parent; search finds databases; configurations of relations name both ids. A database with several data
sources is refused with 400 (`additional_data.minimum_api_version`) and is absent from search. Data sources, their
templates and views came with 2025-09-03 and have no endpoint here; everything else that was added since is the same in
all versions.

Assumptions, where nothing is known: rows of a database with several data sources name the database as their parent, as
other rows do; a row can be moved into a database only by the id of a data source, which this version does not tell;
`is_locked` of databases is not told; times of databases are floored to the minute, as those of data sources are.
"""

from typing import Any

from apps.notion.errors import NotInVersion
from apps.notion.versions.v2025_09_03 import V20250903, each_object
from apps.notion.versions.version import Json, Request, Untold

_OLD_LISTING, _LISTING = "page_or_database", "page_or_data_source"
_SHARED = ("title", "description", "is_inline", "in_trash", "icon", "cover", "url", "public_url", "request_id")
_OF_DATABASE = (*_SHARED, "parent", "is_locked", "created_time", "last_edited_time")
_OF_SOURCE = (*_SHARED, "created_time", "created_by", "last_edited_time", "last_edited_by")


class V20220628(V20250903):
    date = "2022-06-28"
    untold = (
        Untold("views", "views of databases"),
        Untold("templates", "templates of data sources"),
        Untold("data_source", "title, icon, times and authors of a data source apart from those of its database"),
        Untold(
            "data_source_ids",
            "ids of data sources (kept where an earlier snapshot knew them, else made from the id of the database)",
        ),
        Untold("row_data_source", "in which data source a row lies where its database has several"),
        Untold("database_lock", "whether a database is locked"),
        Untold("database_seconds", "the seconds in times of databases"),
    )

    def write(self, request: Request) -> Request:
        request = self._elsewhere(super().write(request))
        if request.body is None:
            return request
        match request.method, request.parts:
            case "POST", ["search"]:
                return request.saying(_searched(request.body))
            case "POST", ["pages"]:
                return request.saying(self._in_database(request.body))
            case "POST", ["pages", _, "move"] if "data_source_id" in request.body.get("parent", {}):
                raise self._unsaid("move a page into a database")
            case "POST", ["databases"]:
                return request.saying(self._created(request.body))
            case "PATCH", ["databases", _] if "properties" in request.body:
                return request.saying({**request.body, "properties": self._schema_out(request.body["properties"])})
        return request

    def _elsewhere(self, request: Request) -> Request:
        """What is asked of a data source is asked of its database."""
        match request.parts:
            case ["views", *_]:
                raise self._unsaid("read views")
            case ["data_sources"]:
                raise self._unsaid("make further data sources")
            case ["data_sources", _, "templates"]:
                raise self._unsaid("list templates")
            case ["data_sources", source_id, *rest]:
                return request.at("databases", self.ids.database_of(source_id), *rest)
        return request

    def _unsaid(self, deed: str) -> NotInVersion:
        return NotInVersion(f"Version {self.date} of Notion's API cannot {deed}.")

    def _in_database(self, body: Any) -> Json:
        parent = body.get("parent") or {}
        if "data_source_id" not in parent:
            return dict(body)
        database_id = self.ids.database_of(parent["data_source_id"])
        return {**body, "parent": {"type": "database_id", "database_id": database_id}}

    def _created(self, body: Any) -> Json:
        said = dict(body)
        schema = said.pop("initial_data_source", {}).get("properties")
        return said if schema is None else said | {"properties": self._schema_out(schema)}

    def _schema_out(self, schema: Json) -> Json:
        return {name: self._config_out(config) for name, config in schema.items()}

    def _config_out(self, config: Any) -> Any:
        relation = config.get("relation") if isinstance(config, dict) else None
        if not isinstance(relation, dict) or "data_source_id" not in relation:
            return config
        said = {name: value for name, value in relation.items() if name != "data_source_id"}
        return config | {"relation": said | {"database_id": self.ids.database_of(relation["data_source_id"])}}

    def refused(self, request: Request) -> None:
        match request.parts:
            case ["databases", database_id, *_]:
                self.ids.learn({}, several=[database_id])
            case ["data_sources", source_id, *_]:
                self.ids.learn({}, several=[self.ids.database_of(source_id)])

    def read(self, request: Request, answer: Json) -> Json:
        answer = super().read(request, answer)
        if answer.get("type") == _OLD_LISTING:
            answer["type"] = _LISTING
            answer[_LISTING] = answer.pop(_OLD_LISTING, {})
        if answer.get("object") == "database" and request.parts[0] == "databases":
            return self._database(answer)
        return each_object(answer, self._object)

    def _object(self, thing: Json) -> Json:
        match thing.get("object"):
            case "database":
                return self._data_source(thing)
            case "page":
                return self._row(thing)
            case "block" if thing.get("type") == "child_page":
                return self._row(thing)
        return thing

    def _row(self, page: Json) -> Json:
        """A page whose parent is a database is a row, and its direct parent the data source, if there is only one."""
        parent = page.get("parent") or {}
        if parent.get("type") == "database_id" and not self.ids.has_several(parent["database_id"]):
            database_id = parent["database_id"]
            source_id = self.ids.source_of(database_id)
            page["parent"] = {"type": "data_source_id", "data_source_id": source_id, "database_id": database_id}
        return page

    def _database(self, database: Json) -> Json:
        self.ids.has_one(database["id"])
        kept = {name: database[name] for name in _OF_DATABASE if name in database}
        name = "".join(str(run.get("plain_text") or "") for run in database.get("title") or ())
        sources = [{"id": self.ids.source_of(database["id"]), "name": name}]
        return {"object": "database", "id": database["id"], "data_sources": sources, **kept}

    def _data_source(self, database: Json) -> Json:
        kept = {name: database[name] for name in _OF_SOURCE if name in database}
        source: Json = {"object": "data_source", "id": self.ids.source_of(database["id"]), **kept}
        if "parent" in database:
            source["parent"] = {"type": "database_id", "database_id": database["id"]}
            source["database_parent"] = database["parent"]
        if isinstance(database.get("properties"), dict):
            properties = database["properties"].items()
            source["properties"] = {name: self._config_in(config) for name, config in properties}
        return source

    def _config_in(self, config: Any) -> Any:
        relation = config.get("relation") if isinstance(config, dict) else None
        if isinstance(relation, dict) and isinstance(relation.get("database_id"), str):
            relation["data_source_id"] = self.ids.source_of(relation["database_id"])
        return config


def _searched(body: Any) -> Json:
    wanted = body.get("filter") or {}
    if wanted.get("value") != "data_source":
        return dict(body)
    return {**body, "filter": {**wanted, "value": "database"}}
