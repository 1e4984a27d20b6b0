"""Example briefs, and what makes pages and pictures of them."""
