"""The verbs: one module each, loaded when it runs."""
