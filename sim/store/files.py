"""Writing files so that each is either whole or not there, and reading what a killed process left behind."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from sim.errors import StoreError

__all__ = ["TEMPORARY", "remove_leftovers", "write_atomically", "write_text"]

TEMPORARY = ".tmp"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomically(path: Path, write: Callable[[IO[bytes]], Any]) -> int:
    """Let `write` fill a temporary file beside `path`, then put it in its place; returns its size in bytes.

    Another process sees the old file or the new one, never a part. Raises `StoreError` when the disk is
    full or may not be written; then nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{socket.gethostname()}.{os.getpid()}{TEMPORARY}")
    try:
        with open(temporary, "wb") as handle:
            write(handle)
            handle.flush()
            os.fsync(handle.fileno())
            size = handle.tell()
        os.replace(temporary, path)
        _sync_folder(path.parent)
        return size
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if not path.parent.is_dir():
            raise StoreError(
                f"{path} cannot be written: there is no folder {path.parent}; make it and run the same command again"
            ) from None
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}; what was finished is kept, "
            "make room or choose another folder (--out) and run the same command again"
        ) from None
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> int:
    """Write a text file atomically, as UTF-8."""
    return write_atomically(path, lambda handle: handle.write(text.encode("utf-8")))


def remove_leftovers(folder: Path) -> int:
    """Remove what a killed process left half-written in a folder and below it; returns how many files."""
    count = 0
    for path in folder.rglob(f".*{TEMPORARY}"):
        with suppress(FileNotFoundError):
            path.unlink()
            count += 1
    return count
