"""Kill conversions of copies of one database, each at a later line of code than the one before.

`python -m tests.storage.killed_conversions DATABASE FOLDER WANTED EVERY` kills one at every EVERY-th line.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from bot.storage.sqlite import conversion
from bot.storage.sqlite.connection import Shape
from tests.storage.test_encryption import KEY

_ROOT = Path(__file__).parents[2]


def kill_conversions(path: Path, wanted: Shape, every: int) -> list[Path]:
    """Convert copies of `path`, each killed at a later line, the last one never; return their paths."""
    folder = path.parent / "killed"
    own = [
        sys.executable,
        "-m",
        "tests.storage.killed_conversions",
        str(path),
        str(folder),
        wanted,
        str(every),
    ]
    subprocess.run(own, cwd=_ROOT, check=True)
    return sorted(folder.glob("*/*.db"))


def _convert(path: Path, wanted: Shape, last_line: int) -> None:
    """Convert, and kill this process when it runs the given line."""
    run = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal run
        if frame.f_code.co_filename != conversion.__file__:
            return None
        run += event == "line"
        if run == last_line:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    conversion.convert(path, KEY, wanted)
    sys.settrace(None)


def main(path: Path, folder: Path, wanted: Shape, every: int) -> None:
    """Kill at every n-th line until a conversion gets to its end."""
    for line in range(1, 1000, every):
        copy = folder / f"{line:04}" / path.name
        copy.parent.mkdir(parents=True)
        shutil.copy(path, copy)
        child = os.fork()
        if not child:
            _convert(copy, wanted, line)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code != -signal.SIGKILL:
            sys.exit(code)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Shape(sys.argv[3]), int(sys.argv[4]))
