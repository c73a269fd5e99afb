"""Which point is best: ranking and selection among some, search among very many."""
