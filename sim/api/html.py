"""What a notebook shows of an object: small tables; every text in them is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

CELL = "text-align:left;vertical-align:top;padding:2px 12px 2px 0"


def rows_of(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """A title, and rows of a name and a text; rows without a text are left out."""
    body = "".join(
        f'<tr><th style="{CELL}">{escape(name)}</th><td style="{CELL}">{escape(text)}</td></tr>'
        for name, text in rows
        if text
    )
    return f"<p><strong>{escape(title)}</strong></p><table>{body}</table>"


def sheet(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> str:
    """A title and a table; the first column names the row."""
    head = "".join(f'<th style="{CELL}">{escape(column)}</th>' for column in columns)
    body = "".join(
        "<tr>" + "".join(f'<td style="{CELL}">{escape(cell)}</td>' for cell in row) + "</tr>" for row in rows
    )
    more = f"<p>{escape(note)}</p>" if note else ""
    return f"<p><strong>{escape(title)}</strong></p><table><tr>{head}</tr>{body}</table>{more}"
