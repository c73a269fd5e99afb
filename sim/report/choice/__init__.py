"""What was chosen, or searched for, as a page and pictures."""
