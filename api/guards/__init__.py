"""What every request passes before a route is reached, and who may pass."""
