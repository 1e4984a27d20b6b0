"""Turns a page document into one HTML file and checks that file."""
