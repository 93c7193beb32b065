"""How the packaged stack is run on a laptop, with a demonstration site in it."""
