"""What the documentation site needs beyond docs/: files of the root as pages, links that leave docs/, and a whole menu.

MkDocs calls the functions below by their names (`hooks` in mkdocs.yml). The pages in docs/ read well as they are; this
keeps them free of anything that only a site needs.
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from reference_pages import pages as reference_pages  # noqa: E402

FROM_ROOT = {"architecture.md": "ARCHITECTURE.md", "contributing.md": "CONTRIBUTING.md", "changes.md": "CHANGELOG.md"}
FURTHER = "Further pages"
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Spread patterns of the menu, leave out pages that do not exist, and gather those it does not name."""
    docs = Path(config.docs_dir)
    there = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")} | set(made_pages())
    named = {text for text in texts(config.nav) if "*" not in text}
    config.nav = spread(config.nav, there, named)
    left = sorted(there - set(texts(config.nav)))
    if left:
        config.nav.append({FURTHER: left})
    return config


@lru_cache(maxsize=1)
def made_pages() -> dict[str, str]:
    """Pages that docs/ does not hold: files of the root, and the reference read from the code."""
    root = {name: (ROOT / source).read_text(encoding="utf-8") for name, source in FROM_ROOT.items()}
    return {**root, **reference_pages()}


def texts(nav: Any) -> list[str]:
    """Every page or pattern that a menu names."""
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav or []
    return [text for part in parts for text in texts(part)]


def spread(nav: Any, there: set[str], named: set[str]) -> Any:
    """The menu with patterns replaced by the pages they fit that have no place of their own."""
    kept: list[Any] = []
    for item in nav:
        if isinstance(item, str) and "*" in item:
            kept += sorted(name for name in there - named if Path(name).match(item))
        elif isinstance(item, str):
            kept += [item] * (item in there)
        else:
            ((title, value),) = item.items()
            if isinstance(value, str):
                kept += [item] * (value in there)
            elif inner := spread(value, there, named):
                kept.append({title: inner})
    return kept


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that docs/ does not hold; tables beside a page are taken along, as MkDocs does by itself."""
    for name, text in made_pages().items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A link to a file outside docs/ becomes its name, since the site does not hold it."""
    own = page.file.src_uri
    of_root = own in FROM_ROOT
    at = "" if of_root else posixpath.dirname(posixpath.join("docs", own))

    def changed(found: re.Match[str]) -> str:
        mark, text, target = found.groups()
        path, _, anchor = target.partition("#")
        if not path or "://" in path or path.startswith("mailto:"):
            return found[0]
        full = posixpath.normpath(posixpath.join(at, path))
        page_of = {source: name for name, source in FROM_ROOT.items()}.get(full)
        inside = page_of or (full.removeprefix("docs/") if full.startswith("docs/") else None)
        if inside is not None and (page_of or files.get_file_from_path(inside)):
            there = os.path.relpath(inside, posixpath.dirname(own) or ".")
            return f"{mark}[{text}]({there}{'#' + anchor if anchor else ''})"
        if not (ROOT / full).exists():
            return found[0]  # MkDocs says that it leads nowhere
        return text if text.strip("`") == full else f"{text} (`{full}`)"

    return LINK.sub(changed, markdown)
