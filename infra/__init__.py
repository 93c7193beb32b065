"""What the deployed stack is made of, and how it is packaged."""
