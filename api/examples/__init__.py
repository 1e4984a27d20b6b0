"""Examples of the docs: values of our own types, so that none of them can fall behind."""
