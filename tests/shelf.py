"""Where the files of the in-memory world lie: a store that takes what its forms say, as S3 does."""

from dataclasses import dataclass, field

from chalicelib.errors import NotFound
from chalicelib.model.attachment import OPENING_BYTES
from chalicelib.services.ports.files import Declared, Form, Stored

PNG = b"\x89PNG\r\n\x1a\n and then its picture"
PDF = b"%PDF-1.7 and then its pages"


@dataclass
class Shelf:
    """`kept` are the keys that a message has claimed."""

    forms: dict[str, Declared] = field(default_factory=dict)
    lying: dict[str, tuple[Declared, bytes]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

    def form(self, key: str, declared: Declared) -> Form:
        self.forms[key] = declared
        return Form(url="https://files.example", fields={"key": key})

    def put(self, key: str, declared: Declared, content: bytes) -> None:
        self.lying[key] = declared, content

    def look(self, key: str) -> Stored:
        if key not in self.lying:
            raise NotFound
        declared, content = self.lying[key]
        return Stored(declared=declared, opening=content[:OPENING_BYTES])

    def keep(self, key: str) -> None:
        self.kept.add(key)

    def remove_all(self, prefix: str) -> None:
        self.lying = {key: file for key, file in self.lying.items() if not key.startswith(prefix)}

    def link(self, key: str, *, name: str, in_place: bool) -> str:
        return f"https://files.example/{key}?{'inline' if in_place else 'attachment'}={name}"

    # A browser

    def post(self, fields: dict[str, str], content: bytes) -> None:
        """Post a file with a form's fields."""
        declared = self.forms[fields["key"]]
        assert len(content) == declared.size, "S3 answers 400: the policy names the size"
        self.lying[fields["key"]] = declared, content
