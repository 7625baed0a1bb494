"""Imports the bot once and forks it for each start, since the imports take a second of computing.

A forked bot differs from one that was started afresh in nothing that its code can tell: importing a module
has no effects, and what runs before the fork only fills caches of what is in files. Each line on the
standard input, a socket, asks for a bot; with it come its standard output, its standard error, and a socket
on which its process id and then its exit code are written.
"""

import asyncio
import gc
import importlib
import json
import os
import pkgutil
import resource
import runpy
import signal
import socket
import sys
import time
import zoneinfo
from asyncio import selector_events
from contextlib import suppress
from typing import Any

_LONGEST_REQUEST = 200_000  # bytes


def serve() -> None:
    """Fork a bot for each request, until nobody can ask for more."""
    _import_all()
    _fill_caches()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal; the tests end this process
    gc.freeze()
    requests = socket.socket(fileno=0)
    while True:
        request, files, *_ = socket.recv_fds(requests, _LONGEST_REQUEST, 3)
        _reap()
        if not request:
            return
        if os.fork() == 0:
            break
        for each in files:
            os.close(each)
    requests.detach()
    _run_in_a_child(json.loads(request), *files)


def _import_all() -> None:
    """Import what the bot imports."""
    for package in ("bot", "cogs"):
        path = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(path, f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def _fill_caches() -> None:
    """Do once what each bot does at its start: write its commands in all languages, and its first log line.

    Of that line, the log looks up whether the text is a literal in the module of asyncio that writes it.
    """
    page = importlib.import_module("bot.app.command_page")
    asyncio.run(page.command_payload())
    redaction = importlib.import_module("bot.observability.redaction")
    redaction._literals(selector_events.__file__)  # noqa: SLF001 - the cache is not public


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _run_in_a_child(request: dict[str, Any], output: int, errors: int, reports: int) -> None:
    """Run the bot in a child process; report its process id and its exit code."""
    child = os.fork()
    if child == 0:
        os.close(reports)
        _become(request, output, errors)
        return
    os.close(output)
    os.close(errors)
    os.write(reports, b"%d\n" % child)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with suppress(BrokenPipeError):  # the test is over
        os.write(reports, b"%d\n" % code)
    os._exit(0)


def _become(request: dict[str, Any], output: int, errors: int) -> None:
    """Make this process the bot that was asked for, and run it as `python -m bot` does."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for here, there in ((nothing, 0), (output, 1), (errors, 2)):
        os.dup2(here, there)
        os.close(here)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    zoneinfo.reset_tzpath()  # both were read from the environment before
    signal.signal(signal.SIGINT, signal.default_int_handler)
    limits = request["file_bytes"], resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    sys.argv = ["bot", *request["arguments"]]
    if request["code"]:
        exec(request["code"], {"__name__": "__main__"})  # noqa: S102 - a modified bot, written in a test
    else:
        runpy.run_module("bot", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve()
