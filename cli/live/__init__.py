"""What is watched at the terminal while it goes on: jobs, batches, lists shown again and again."""
