"""What of the vocabulary does the code use already?

Some states, events and frames are declared before anything brings them about. The documents say so,
and stop saying so by themselves.
"""

import ast
from functools import cache
from pathlib import Path
from typing import Final

CODE: Final = Path(__file__).resolve().parents[2] / "chalicelib"


def made_in(name: str) -> tuple[str, ...]:
    """The modules that make a value of this class."""
    return tuple(module for module, made, _ in _modules() if name in made)


def is_used(enumeration: str, member: str) -> bool:
    """Whether anything but a table of transitions and the enumeration itself names this member."""
    return any((enumeration, member) in named for _, _, named in _modules())


@cache
def _modules() -> tuple[tuple[str, frozenset[str], frozenset[tuple[str, str]]], ...]:
    """Each module, with the names it calls and the members it names."""
    return tuple(
        (
            ".".join(file.relative_to(CODE).with_suffix("").parts),
            *_used(ast.parse(file.read_text())),
        )
        for file in sorted(CODE.rglob("*.py"))
    )


def _used(tree: ast.Module) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    nodes = [node for part in tree.body if not _is_table(part) for node in ast.walk(part)]
    made = {
        node.func.id
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    named = {
        (node.value.id, node.attr)
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    return frozenset(made), frozenset(named)


def _is_table(part: ast.stmt) -> bool:
    return isinstance(part, ast.AnnAssign) and ast.unparse(part.target) == "TRANSITIONS"
