"""How are all rules of a playbook asked at once? `rules.compile` puts these parts together.

`rows`: a condition is cut into ways to hold. `columns`: what the rows ask of one fact, found by
`words` (with a `matcher`) or on a `line`, and which values are worth remembering. `groups`: several
columns as one. `counters`: the same of facts that grow. `sieve`: all columns, one after the other.
`gates`: who may be engaged at this moment. `lookout`: what a page is asked to watch for.
docs/rule-index.md works an example by hand.
"""
