"""The routes: one router a noun, thin, over the actions and the database."""
