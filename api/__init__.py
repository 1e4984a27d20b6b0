"""The HTTP API: thin routers, one for each noun, over what submits, steers, publishes and erases."""
