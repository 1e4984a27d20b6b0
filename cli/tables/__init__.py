"""Answers as tables, fields and lines of words. Pure; how they look is decided in `cli.screen`."""
