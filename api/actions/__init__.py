"""What routes set going or put together: submits, steering, retries, erasure, receipts and exports."""
