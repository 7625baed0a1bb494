"""A PostgreSQL server of the tests' own, on a private directory and a loopback port.

The programs are those of Debian's package `postgresql`. Where they are absent, these tests are skipped.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ABSENT = "PostgreSQL is not installed: on Debian, apt-get install postgresql"
_LISTENS_WITHIN_SECONDS = 10.0
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


class Server:
    """A server that can be stopped and started again."""

    def __init__(self, control: Sequence[str | Path], options: str, as_user: list[str], port: int) -> None:
        self.url = f"postgresql://alongside@127.0.0.1:{port}/postgres"
        self.port = port
        self._control = control
        self._options = options
        self._as_user = as_user

    def start(self, *more: str) -> None:
        """Start it, with further options, and wait until it can be reached."""
        options = " ".join([self._options, *(f"-c {each}" for each in more)])
        _run([*self._control, "-o", options, "start"], self._as_user)

    def stop(self) -> None:
        """Stop it as if its machine failed: connections end, and nothing is tidied up."""
        _run([*self._control, "-m", "immediate", "stop"], self._as_user)


@contextmanager
def new_server(*, durable: bool = False) -> Iterator[Server]:
    """Run a new server. It is stopped and removed at the end.

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
        server = Server(control, f"-p {port} -k {directory} {options}", as_user, port)
        server.start()
        try:
            yield server
        finally:
            with suppress(subprocess.CalledProcessError):  # a test may have stopped it
                server.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[str]:
    """Run a new server; yield its URL, of the database `postgres`."""
    with new_server(durable=durable) as server:
        yield server.url


@contextmanager
def running_pooler(port: int, mode: str) -> Iterator[str]:
    """Run PgBouncer before the server on a port, in a mode such as `transaction`; yield its URL.

    Skips the test where PgBouncer is not installed.
    """
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("PgBouncer is not installed: on Debian, apt-get install pgbouncer")
    directory = Path(tempfile.mkdtemp(prefix="alongside-pooler-"))
    as_user = _unprivileged(directory)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        own = free.getsockname()[1]
    settings = directory / "settings"
    settings.write_text(
        f"[databases]\npostgres = host=127.0.0.1 port={port} user=alongside dbname=postgres\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {own}\nauth_type = any\n"
        f"pool_mode = {mode}\nunix_socket_dir =\n"
    )
    settings.chmod(0o644)
    process = subprocess.Popen([*as_user, program, "-q", str(settings)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(own)
        yield f"postgresql://alongside@127.0.0.1:{own}/postgres"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(directory, ignore_errors=True)


def _wait_for(port: int) -> None:
    """Wait until something listens on a port."""
    until = time.monotonic() + _LISTENS_WITHIN_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise TimeoutError(port)


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
