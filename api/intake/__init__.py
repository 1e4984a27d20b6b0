"""What requests carry, read and checked: briefs, options, lines of a batch, times, cursors."""
