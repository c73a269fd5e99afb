"""A sweep for people: the slide, the page with its explorer, the pictures, the words and the table."""
