"""Tables and repositories: all SQL lives here, and only the unit of work commits."""
