"""What differs between runs, how sure that is, and how long a live pilot would need to see it."""
