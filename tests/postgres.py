"""A PostgreSQL server of the tests' own, on a private directory and a loopback port.

The programs are those of Debian's package `postgresql`. Where they are absent, these tests are skipped.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ABSENT = "PostgreSQL is not installed: on Debian, apt-get install postgresql"
_SETTINGS = {  # nothing of these tests has to survive the machine's end
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
}


def programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, or None where PostgreSQL is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = [*folders, *([Path(at).resolve().parent] if (at := shutil.which("initdb")) else [])]
    return next((folder for folder in found if (folder / "initdb").exists()), None)


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[str]:
    """Run a new server; yield its URL, of the database `postgres`. It is stopped and removed at the end.

    `durable`: with the settings of a real server, for measurements.
    """
    folder = programs()
    assert folder is not None, ABSENT
    directory = Path(tempfile.mkdtemp(prefix="alongside-postgres-"))
    as_user = _unprivileged(directory)
    try:
        data = directory / "data"
        _run([folder / "initdb", "-D", data, "-U", "alongside", "-A", "trust", "-E", "UTF8", "-N"], as_user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        chosen = {"listen_addresses": "127.0.0.1"} if durable else _SETTINGS
        options = " ".join(f"-c {name}={value}" for name, value in chosen.items())
        control: list[str | Path] = [folder / "pg_ctl", "-D", data, "-w", "-l", directory / "log"]
        _run([*control, "-o", f"-p {port} -k {directory} {options}", "start"], as_user)
        try:
            yield f"postgresql://alongside@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"], as_user)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _unprivileged(directory: Path) -> list[str]:
    """Return how to run a program as someone other than root, for whom PostgreSQL does not start."""
    if os.geteuid() != 0:
        return []
    user = next(each for each in ("postgres", "nobody") if _exists(each))
    shutil.chown(directory, user)
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"]


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _run(command: Sequence[str | Path], as_user: list[str]) -> None:
    subprocess.run(
        [*as_user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=60
    )
