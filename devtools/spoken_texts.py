"""Finds the texts that a module can say: literals given to `_`, `counted` and `later`, and tables that `_` looks up."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """One text of `file`. `one` is its form for a count of 1, where it has one."""

    text: str
    file: str
    line: int
    one: str = ""


class NotATextToTranslate(ValueError):
    """`_` is given something whose texts nobody could list."""


def key_of(found: Found) -> str:
    """A text that counts may read as one that doesn't, so both kinds have their own room."""
    return ("n:" if found.one else "t:") + found.text


def found_in(source: str, file: str) -> Iterator[Found]:
    """In the order of lines. Raises NotATextToTranslate, with the place."""
    tree = ast.parse(source)
    tables = dict(_tables(tree))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found += [Found(text, file, node.lineno, one) for text, one in _of_call(node, tables, file)]
    yield from sorted((each for each in found if each.text), key=lambda each: each.line)


def _of_call(call: ast.Call, tables: dict[str, list[str]], file: str) -> Iterator[tuple[str, str]]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    match name, call.args:
        case ("_", [argument]):
            for text in _said(argument, tables, f"{file}:{call.lineno}"):
                yield text, ""
        case ("later", [ast.Constant(value=str(text))]):
            yield text, ""
        case ("counted", [ast.Constant(value=str(one)), ast.Constant(value=str(many)), _count]):
            yield many, one
        case (("later" | "counted"), _) if isinstance(call.func, ast.Name):
            raise NotATextToTranslate(f"{file}:{call.lineno}: {name} takes texts that stand there as they are")


def _said(argument: ast.expr, tables: dict[str, list[str]], place: str) -> list[str]:
    """What `_` is given: a literal, a row of a table, or the field of something that was marked with `later`."""
    match argument:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.Name(name) | ast.Subscript(value=ast.Name(name)) if name in tables:
            return tables[name]
        case ast.Attribute():
            return []
    raise NotATextToTranslate(f"{place}: give `_` a literal, or a row of a table in the same file")


def _tables(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """The module's own literals by name: a text, or a dictionary or tuple of texts."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=value) | ast.AnnAssign(target=ast.Name(name), value=value):
                rows: list[ast.expr | None] = [value]
                if isinstance(value, ast.Dict):
                    rows = list(value.values)
                elif isinstance(value, ast.Tuple):
                    rows = list(value.elts)
                yield name, [row.value for row in rows if isinstance(row, ast.Constant) and isinstance(row.value, str)]
