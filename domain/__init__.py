"""Pure types and rules of Pagewright: the words everything else is written in. Standard library and pydantic only."""
