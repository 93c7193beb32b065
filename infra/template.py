"""What does the stack add to, and take from, the template that Chalice writes?"""

import json
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
RESOURCES = HERE / "resources.yaml"

# The stage deploys itself (AutoDeploy); Chalice's deployment has a constant id and never would.
DROPPED = ("WebsocketAPIDeployment",)

_IN_WORDS = {"Ref": "Ref", "Condition": "Condition"}
_INTRINSICS = ("Ref", "Condition", "Sub", "GetAtt", "If", "Equals", "Not", "And", "Or", "Join")


class _Reader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, and `!Include` for a JSON file beside it."""


def _intrinsic(name: str) -> Any:
    def construct(loader: _Reader, node: yaml.Node) -> dict[str, Any]:
        value: Any
        if isinstance(node, yaml.ScalarNode):
            value = loader.construct_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            value = loader.construct_sequence(node, deep=True)
        else:
            raise yaml.constructor.ConstructorError(
                None, None, f"!{name} takes a text or a list", node.start_mark
            )
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {_IN_WORDS.get(name, f"Fn::{name}"): value}

    return construct


def _include(loader: _Reader, node: yaml.Node) -> Any:
    if not isinstance(node, yaml.ScalarNode):
        raise yaml.constructor.ConstructorError(
            None, None, "!Include takes a file name", node.start_mark
        )
    return json.loads((HERE / loader.construct_scalar(node)).read_text("utf-8"))


for _name in _INTRINSICS:
    _Reader.add_constructor(f"!{_name}", _intrinsic(_name))
_Reader.add_constructor("!Include", _include)


def read(source: Path = RESOURCES) -> dict[str, Any]:
    """Our resources as plain JSON values; raises `yaml.YAMLError` for a fault in the file."""
    # The reader is a subclass of SafeLoader: it can make nothing but plain values.
    document: dict[str, Any] = yaml.load(source.read_text("utf-8"), Loader=_Reader)
    return document


def finish(merged: dict[str, Any]) -> dict[str, Any]:
    """The merged template without what Chalice writes and the stack does not use."""
    resources = {
        name: resource for name, resource in merged["Resources"].items() if name not in DROPPED
    }
    return {**merged, "Resources": resources}
