"""Do the lines that our modules write look like those of the journal?"""

import re
from pathlib import Path

from chalicelib.outbound.journal import MODULES

SOURCES = Path(__file__).parents[2] / "chalicelib"


def test_the_lines_of_every_module_are_written_as_ours_are():
    found = {
        name
        for each in SOURCES.rglob("*.py")
        for name in re.findall(r'getLogger\("([^"]+)"\)', each.read_text("utf-8"))
    }
    assert found == MODULES
