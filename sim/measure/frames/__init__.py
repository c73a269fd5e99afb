"""The final tables, one file for each kind of row; only here and in results.py are they polars frames."""
