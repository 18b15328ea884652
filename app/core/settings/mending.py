"""What can be kept of a file that is not wholly right: each part that can't be read falls back alone."""

from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from app.core.language.speech import _

T = TypeVar("T", bound=msgspec.Struct)


def mended(fields: dict[str, Any], kind: type[T], fallback: T) -> tuple[T, list[str]]:
    """`fields` as a `kind`, and the names of what could not be read. A field that is missing has its default; one that
    can't be read has the value of `fallback`; of a list only the items that can't be read are left out."""
    hints = get_type_hints(kind, include_extras=True)
    kept: dict[str, Any] = {}
    bad: list[str] = []
    for field in msgspec.structs.fields(kind):
        if field.encode_name not in fields:
            continue
        value = fields[field.encode_name]
        kept[field.name], names = _part(value, hints[field.name], getattr(fallback, field.name))
        bad += [f"{field.name}{name}" for name in names]
    return kind(**kept), bad


def _part(value: Any, kind: Any, fallback: Any) -> tuple[Any, list[str]]:
    """`value` as a `kind`, and where in it something could not be read: "" for all of it."""
    try:
        return msgspec.convert(value, kind), []
    except msgspec.ValidationError:
        pass
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
        part, names = mended(value, kind, fallback)
        return part, [f".{name}" for name in names]
    if get_origin(kind) is tuple and get_args(kind)[1:] == (Ellipsis,) and isinstance(value, list):
        return _items(value, get_args(kind)[0])
    return fallback, [""]


def _items(values: list[Any], kind: Any) -> tuple[tuple[Any, ...], list[str]]:
    items, bad = [], []
    for place, value in enumerate(values, start=1):
        try:
            items.append(msgspec.convert(value, kind))
        except msgspec.ValidationError:
            bad.append(_(", item {place}").format(place=place))
    return tuple(items), bad
