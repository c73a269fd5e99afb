"""Names that planners give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Name = Annotated[str, Field(strict=True, pattern=r"^[^\W_][\w &+-]*$", max_length=60)]
"""A queue's, team's or shift's name: a letter or digit, then letters, digits, spaces and - _ & +.

No dots, slashes or commas: names stand in override keys and file names.
"""
