"""How is a notice worded as a frame?"""

from dataclasses import fields, is_dataclass
from typing import Any

from chalicelib.model.notices import Notice
from chalicelib.web.encoding import render


def word(notice: Notice, frame_id: str | None = None) -> str:
    """The text of a frame; `frame_id` is what the client called the frame that this answers."""
    frame = {"type": notice.type, **document(notice)}
    if "id" in frame:
        # At the top of a frame `id` is the client's: the conversation is named beside it.
        frame["conversation"] = frame["id"]
    if frame_id is not None:
        frame["id"] = frame_id
    return render(frame)


def document(value: Any) -> Any:
    """A value as JSON shows it: fields by name, what is absent left out."""
    if is_dataclass(value):
        named = {
            field.metadata.get("name", field.name): getattr(value, field.name)
            for field in fields(value)
        }
        return {name: document(each) for name, each in named.items() if each is not None}
    if isinstance(value, list | tuple):
        return [document(each) for each in value]
    return value
