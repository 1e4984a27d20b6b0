"""What `pagewright doctor` checks."""
