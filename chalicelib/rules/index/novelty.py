"""When is it in vain to remember the values of a fact?

Where nearly every value is new, as paths may be that name a product or a search, looking for it
among those met before and keeping it costs more than it ever gives back. So now and then a few
values are counted, and if hardly any was known, the next ones are just read.
"""

from typing import Any, Final, TypeAlias

from chalicelib.rules.index.columns import Column

# After so many new values it is seen how many of the next ones are new.
PATIENCE: Final = 256
TRIAL: Final = 64
MOST_NEW: Final = 56
# Then so many are read without a look at what was met before.
IN_VAIN: Final = 8192

# A fact, what is asked first for the rows of its value, and what is asked when that knows none.
Route: TypeAlias = list[Any]


def route(column: Column) -> Route:
    """The way to the rows of a column; it changes with the values that come."""
    known, learn, read, absent, table = column.known, column.learn, *column.parts
    new = tried = missed = 0

    def learn_one_more(value: object) -> int:
        nonlocal new
        new += 1
        if new == PATIENCE:
            new = 0
            way[1] = on_trial
        return learn(value)

    def on_trial(value: object) -> int:
        nonlocal tried, missed
        rows = known(value)
        if rows is None:
            missed += 1
            rows = learn(value)
        tried += 1
        if tried == TRIAL:
            way[1] = known if missed < MOST_NEW else just_read
            tried = missed = 0
        return rows

    def just_read(value: object) -> int:
        nonlocal new
        new += 1
        if new == IN_VAIN:
            new = 0
            way[1] = on_trial
        found = read(value)
        return absent if found is None else table(found)

    way: Route = [column.fact, known, learn_one_more]
    return way
