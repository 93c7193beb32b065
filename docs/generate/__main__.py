"""`python -m docs.generate` writes every document that follows from the code."""

import sys
from pathlib import Path

from docs.generate import DOCUMENTS

DOCS = Path(__file__).resolve().parent.parent


def main() -> int:
    """Write what has changed, and name it."""
    for name, write in DOCUMENTS.items():
        file, text = DOCS / name, write()
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
            sys.stdout.write(f"docs/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
