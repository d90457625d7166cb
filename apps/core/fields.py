"""Identifiers that leave the house."""

import secrets
from typing import Any

from django.db import models

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case


def new_public_id(prefix: str) -> str:
    """A random, unguessable id such as ``job_3f9k2m7q8x1c5v0a`` (80 bits)."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(16))}"


class PublicIdField(models.CharField[str, str]):
    """The id by which the outside knows a row. Row numbers stay inside."""

    def __init__(self, *args: Any, prefix: str = "", **kwargs: Any) -> None:
        self.prefix = prefix
        kwargs.setdefault("max_length", 24)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "prefix": self.prefix}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if not value:
            value = new_public_id(self.prefix)
            setattr(model_instance, self.attname, value)
        return value
