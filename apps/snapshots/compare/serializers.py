"""The shapes that writing.py gives, for the schema of the API."""

from typing import Any

from rest_framework import serializers

from apps.snapshots.compare.marks import BY_WORD
from apps.snapshots.models import Kind

CHANGES = list(BY_WORD)
BLOCK_CHANGES = ["added", "removed", "moved", "changed"]
_CHANGES_HELP = "One or more of them; added and removed stand alone."


class ComparedSnapshotSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="`snp_…`")
    number = serializers.IntegerField()
    taken_at = serializers.DateTimeField()


class CaveatSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=["incomplete", "failed", "running", "cancelled", "coverage"])
    number = serializers.IntegerField(allow_null=True, help_text="The snapshot that it is about.")
    sentence = serializers.CharField()


class ComparisonSerializer(serializers.Serializer[Any]):
    before = ComparedSnapshotSerializer()
    after = ComparedSnapshotSerializer()
    incomplete = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Numbers of those that do not prove to hold everything; see `caveats`.",
    )
    caveats = CaveatSerializer(many=True, help_text="Why the comparison may say too much or too little.")


class ChangeCountsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField(help_text="Objects with at least one change.")
    by_change = serializers.DictField(child=serializers.IntegerField())
    changed_at_most = serializers.BooleanField(
        help_text="`changed` counts some that were only moved or renamed: there are too many to open them all."
    )
    by_kind = serializers.DictField(child=serializers.IntegerField())


class ChangedObjectSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.values)
    changes = serializers.ListField(child=serializers.ChoiceField(choices=CHANGES), help_text=_CHANGES_HELP)
    title = serializers.CharField()
    title_before = serializers.CharField(allow_null=True, help_text="When it was renamed.")
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment]
    parent_before = serializers.UUIDField(allow_null=True, help_text="When it was moved.")
    place = serializers.CharField(help_text="The titles above it.")
    place_before = serializers.CharField(allow_null=True, help_text="When it was moved.")


class ChangesSerializer(serializers.Serializer[Any]):
    comparison = ComparisonSerializer()
    counts = ChangeCountsSerializer(
        allow_null=True, help_text="On the first page only; under `parent`, of what lies directly below it."
    )
    next = serializers.CharField(help_text="Give it as `after` to go on; empty at the end.")
    results = ChangedObjectSerializer(many=True)


class SideSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment]
    place = serializers.CharField(help_text="The titles above it.")
    blocks = serializers.IntegerField(help_text="How many blocks, comments or templates are in it.")
    since = serializers.IntegerField(help_text="The number of the snapshot that saw it like this first.")
    edited = serializers.CharField(help_text="Notion's time of the last edit; empty where it gives none.")


class PropertyChangeSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField()
    change = serializers.ChoiceField(choices=["added", "removed", "renamed", "changed"])
    before = serializers.CharField(allow_null=True, help_text="The value in words; its name when it was renamed.")
    after = serializers.CharField(allow_null=True)


class FieldChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class OptionChangeSerializer(serializers.Serializer[Any]):
    among = serializers.ChoiceField(choices=["options", "groups"])
    changes = serializers.ListField(
        child=serializers.ChoiceField(choices=["added", "removed", "renamed", "moved", "changed"])
    )
    before = serializers.CharField()
    after = serializers.CharField()


class ColumnChangeSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    changes = serializers.ListField(child=serializers.ChoiceField(choices=["added", "removed", "renamed", "changed"]))
    before = serializers.CharField(help_text="Name and type, `Stage (select)`; empty when it was added.")
    after = serializers.CharField()
    options = OptionChangeSerializer(many=True)
    fields = FieldChangeSerializer(many=True)  # type: ignore[assignment]


class PieceSerializer(serializers.Serializer[Any]):
    op = serializers.ChoiceField(choices=["same", "removed", "added", "restyled"])
    text = serializers.CharField()


class BlockCountsSerializer(serializers.Serializer[Any]):
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    moved = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()


class ContentItemSerializer(serializers.Serializer[Any]):
    """A block that changed, or, as `{"same": n}`, a run of blocks that did not."""

    same = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="Null where blocks were not read because they are equal; `counts.same` has the sum.",
    )
    id = serializers.CharField(required=False)
    type = serializers.CharField(required=False)
    changes = serializers.ListField(child=serializers.ChoiceField(choices=BLOCK_CHANGES), required=False)
    text = PieceSerializer(many=True, required=False, help_text="Both texts, word by word.")
    fields = FieldChangeSerializer(many=True, required=False)  # type: ignore[assignment]
    place_before = serializers.IntegerField(
        required=False, allow_null=True, help_text="Among its siblings, from 1; null on pages too long to count."
    )
    place_after = serializers.IntegerField(required=False, allow_null=True)
    parent_before = serializers.CharField(required=False, allow_null=True)
    parent_after = serializers.CharField(required=False, allow_null=True)


class ContentSerializer(serializers.Serializer[Any]):
    counts = BlockCountsSerializer()
    next = serializers.CharField(help_text="Give it as `after` to go on; empty at the end.")
    items = ContentItemSerializer(many=True)


class DifferenceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.values)
    changes = serializers.ListField(
        child=serializers.ChoiceField(choices=CHANGES), help_text="Empty: it is the same in both snapshots."
    )
    title = serializers.CharField()
    only_touched = serializers.BooleanField(help_text="It was edited and left as it was.")
    before = SideSerializer(allow_null=True)
    after = SideSerializer(allow_null=True)
    properties = PropertyChangeSerializer(many=True)
    columns = ColumnChangeSerializer(many=True, help_text="Of a data source.")
    fields = FieldChangeSerializer(many=True)  # type: ignore[assignment]
    content = ContentSerializer()


class ObjectDifferenceSerializer(serializers.Serializer[Any]):
    comparison = ComparisonSerializer()
    object = DifferenceSerializer()
