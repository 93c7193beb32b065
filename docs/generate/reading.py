"""Which fields does an action read from its frame?

The actions are read, not run: every call on a `Fields` is a field, and a call that hands the
`Fields` on is followed. So the documents name what the code takes, and nothing else. What cannot be
followed is an error, never a gap.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from chalicelib.model.reading import Fields

# Each reader of `Fields`, and where its default stands among its arguments.
READERS: Final = {
    "raw": 1,
    "text": 1,
    "name": 1,
    "integer": 1,
    "flag": 1,
    "word": 2,
    "identifier": 1,
    "identifiers": 1,
    "names": 1,
    "object": 1,
}
PASSIVE: Final = frozenset({"done", "at"})


@dataclass(frozen=True, slots=True)
class Taken:
    """One field as the code reads it. `open` objects hold names that the page invents."""

    name: str
    reader: str
    required: bool
    words: tuple[str, ...] = ()
    maximum: int | None = None
    open: bool = False
    inner: Mapping[str, "Taken"] = field(default_factory=dict)


def fields_of(action: Callable[..., Any]) -> Mapping[str, Taken]:
    """The fields of an action's frame, by name, in the order in which they are read."""
    return _Function(action).fields()


class _Function:
    """One function of the code, with the names that hold its `Fields`."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = inspect.unwrap(function)
        source = textwrap.dedent(inspect.getsource(self._function))
        self._tree = ast.parse(source).body[0]
        self._parts: dict[str, tuple[str, ...]] = {}
        self._found: dict[tuple[str, ...], Taken] = {}
        self._open: set[tuple[str, ...]] = set()
        self._asked: set[tuple[str, ...]] = set()
        for name, parameter in inspect.signature(self._function).parameters.items():
            if parameter.annotation is Fields:
                self._parts[name] = ()

    def fields(self) -> dict[str, Taken]:
        loops = dict(self._loops())
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Assign):
                self._assigned(node)
        calls = (node for node in ast.walk(self._tree) if isinstance(node, ast.Call))
        for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
            self._called(node, loops)
        for part in self._open:
            self._found[part] = replace(self._found[part], open=True)
        for part in self._asked:
            # What a frame may have is not what it must have.
            self._found[part] = replace(self._found[part], required=False)
        return _nested(self._found)

    def _loops(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The names that a loop gives to fields it reads one after the other."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
                assert isinstance(node.target, ast.Name), ast.unparse(node)
                yield node.target.id, tuple(ast.literal_eval(node.iter))

    def _assigned(self, node: ast.Assign) -> None:
        part = self._part(node.value)
        if part is not None and isinstance(node.targets[0], ast.Name):
            self._parts[node.targets[0].id] = part

    def _part(self, node: ast.expr) -> tuple[str, ...] | None:
        """The place within the frame that an expression reads as `Fields`, if it does."""
        match node:
            case ast.Name(id=name):
                return self._parts.get(name)
            case ast.Call(func=ast.Name(id="Fields"), args=[inside, *_]):
                return self._read_at(inside)
            case ast.Call(func=ast.Attribute(attr="object")):
                return self._read_at(node)
        return None

    def _read_at(self, node: ast.expr) -> tuple[str, ...] | None:
        match node:
            case ast.Call(
                func=ast.Attribute(value=owner, attr="raw" | "object"),
                args=[ast.Constant(value), *_],
            ):
                part = self._part(owner)
                return None if part is None else (*part, str(value))
        return None

    def _called(self, node: ast.Call, loops: Mapping[str, tuple[str, ...]]) -> None:
        if isinstance(node.func, ast.Attribute):
            part = self._part(node.func.value)
            if part is not None:
                self._read(node, node.func.attr, part, loops)
                return
        for position, argument in enumerate(node.args):
            handed = self._part(argument)
            if handed is not None:
                self._follow(node, position, handed)

    def _read(
        self,
        node: ast.Call,
        reader: str,
        part: tuple[str, ...],
        loops: Mapping[str, tuple[str, ...]],
    ) -> None:
        if reader in PASSIVE:
            return
        if reader == "entries":
            self._open.add(part)
            return
        names = _names(node, loops)
        if reader == "has":
            self._asked.update((*part, name) for name in names)
            return
        for name in names:
            taken = self._taken(node, reader, name)
            known = self._found.get((*part, taken.name))
            self._found[*part, taken.name] = taken if known is None else _both(known, taken)

    def _taken(self, node: ast.Call, reader: str, name: str) -> Taken:
        defaults = len(node.args) > READERS[reader]
        return Taken(
            name=name,
            reader=reader,
            required=not defaults,
            words=self._words(node) if reader == "word" else (),
            maximum=self._maximum(node),
        )

    def _words(self, node: ast.Call) -> tuple[str, ...]:
        return tuple(str(word) for word in self._value(node.args[1]))

    def _maximum(self, node: ast.Call) -> int | None:
        given = [each.value for each in node.keywords if each.arg == "maximum"]
        return int(self._value(given[0])) if given else None

    def _value(self, node: ast.expr) -> Any:
        """What a name or literal of the function's module stands for."""
        return eval(ast.unparse(node), self._function.__globals__)

    def _follow(self, node: ast.Call, position: int, part: tuple[str, ...]) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "Fields":
            return
        callee = self._value(node.func)
        parameter = list(inspect.signature(callee).parameters.values())[position]
        if parameter.annotation is not Fields:
            raise TypeError(f"{ast.unparse(node)} hands a frame on to what does not read it")
        for name, taken in fields_of(callee).items():
            self._found[*part, name] = taken


def _names(node: ast.Call, loops: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The fields that one call reads: one, or in a loop each of several."""
    match node.args:
        case [ast.Constant(value=name), *_]:
            return (str(name),)
        case [ast.Name(id=variable), *_]:
            return loops[variable]
        case []:
            return ("id",)
    raise TypeError(f"{ast.unparse(node)} names a field that cannot be followed")


def _both(one: Taken, other: Taken) -> Taken:
    """A field that is read twice: the stricter reader describes it."""
    better = other if one.reader == "raw" else one
    return replace(better, required=one.required or other.required)


def _nested(found: Mapping[tuple[str, ...], Taken]) -> dict[str, Taken]:
    top: dict[str, Taken] = {}
    for path, taken in found.items():
        if len(path) == 1:
            inner = {
                rest[1:]: each for rest, each in found.items() if rest[:1] == path and rest[1:]
            }
            top[path[0]] = replace(taken, inner={**taken.inner, **_nested(inner)})
    return top
