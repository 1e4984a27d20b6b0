"""Models by name: prompts, requests, error translation and prices of every vendor, and the offline sandbox model."""
