"""The file of an export: whole, or not there.

It is written beside its final name and renamed when it is complete: whoever reads it never meets half an export.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from newscrawl.exceptions import StorageError, UsageError
from newscrawl.replacing import replace_file


@contextmanager
def open_output(out: Path | str) -> Iterator[IO[bytes]]:
    """Open a file for what is written within the block, stdout for "-".

    Raises UsageError when there cannot be a file of that name, StorageError when the disk refuses; a file that was
    there before is then still the old one.
    """
    if str(out) == "-":
        with _translated_errors("stdout"):
            sys.stdout.flush()
            yield sys.stdout.buffer
            sys.stdout.flush()
        return
    with _translated_errors(out):
        path = Path(out).resolve()
        if path.is_dir():
            raise UsageError(f"{out} is a folder: name a file in it")
        # a device or a pipe must not be replaced
        is_special = path.exists() and not path.is_file()
        with path.open("wb") if is_special else replace_file(path) as file:
            yield file


@contextmanager
def _translated_errors(out: Path | str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(f"{out} cannot be written: there is no folder {Path(out).parent}") from error
    except BrokenPipeError:  # the reader of stdout has seen enough, which is no failure of ours
        raise
    except OSError as error:
        raise StorageError(
            f"{out} cannot be written: {error.strerror}; nothing was kept: make room or choose another place"
        ) from error
