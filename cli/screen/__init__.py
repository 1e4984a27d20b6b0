"""The terminal: rendering, formats, live progress, watching."""
