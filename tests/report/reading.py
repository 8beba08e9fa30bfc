"""Pages read as a browser reads them: elements with their attributes, and the text."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pyarrow as pa

from sim.results import Results

ATTRIBUTES = {"src", "href", "action", "formaction", "srcset", "data", "poster", "background", "xlink:href", "ping"}


class Page(HTMLParser):
    """Elements, in order, and the text of the page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    def addresses(self) -> list[tuple[str, str, str]]:
        return [
            (tag, key, value or "") for tag, held in self.elements for key, value in held.items() if key in ATTRIBUTES
        ]


def with_tables(results: Results, manifest: Mapping[str, Any] | None = None, **frames: pd.DataFrame) -> Results:
    """The results with some tables and perhaps the manifest replaced, in memory."""
    tables = {}
    for name in results.manifest["tables"]:
        frame = frames.get(name, results.read(name))
        tables[name] = pa.Table.from_pandas(frame, schema=results.schema.arrow(name), preserve_index=False)
    return Results(manifest or results.manifest, None, tables)
