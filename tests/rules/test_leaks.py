"""Whatever fails, and however, no text that a person wrote reaches the log."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import json
import logging
import threading
import warnings
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import TransientError
from bot.observability import logs
from bot.observability.redaction import Redactor

Styles = {"console": logs.ConsoleFormatter, "json": logs.JsonFormatter}


@pytest.fixture(params=sorted(Styles))
def formatter(request: pytest.FixtureRequest) -> logging.Formatter:
    """Return each of the shipped formatters."""
    return Styles[request.param](Redactor("a hidden word"))


TYPED = st.text(min_size=3).map(lambda text: f"zq{text}qz")


class _Failing:
    """Fails with a text when it is garbage-collected."""

    def __init__(self, typed: str) -> None:
        self.typed = typed

    def __del__(self) -> None:
        raise ValueError(self.typed)


def _leave_task(typed: str) -> None:
    async def fail() -> None:
        raise ValueError(typed)

    async def forget() -> None:
        task = asyncio.create_task(fail(), name=typed)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(forget())


def _leave_exception(typed: str) -> None:
    library = logging.getLogger("a.library")
    try:
        try:
            raise KeyError(typed)  # noqa: TRY301 - as code that fails does
        except KeyError as error:
            raise ExceptionGroup(typed, [ValueError(f"'{typed}\"", typed), OSError(5, typed)]) from error
    except ExceptionGroup:
        library.exception("failed for %s and %r, %d", typed, [typed], 3)
        logging.getLogger("bot").exception("failed: %s", RuntimeError(typed))


def _leave_dynamic_line(typed: str) -> None:
    logging.getLogger("a.library").warning(f"failed for '{typed}\"")  # noqa: G004 - as libraries do
    logging.getLogger("a.library").warning(ValueError(typed))
    logging.getLogger("a.library").warning("%(who)s failed", {"who": typed})


def _leave_thread(typed: str) -> None:
    def fail() -> None:
        raise ValueError(typed)

    thread = threading.Thread(target=fail, name=typed)
    thread.start()
    thread.join()


def _leave_warning(typed: str) -> None:
    warnings.warn(typed, UserWarning, stacklevel=1)


def _leave_unraisable(typed: str) -> None:
    _Failing(typed)


@pytest.mark.usefixtures("logging_as_before")
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("style", ["console", "json"])
@pytest.mark.parametrize(
    "leave",
    [_leave_task, _leave_exception, _leave_dynamic_line, _leave_thread, _leave_warning, _leave_unraisable],
)
def test_nothing_that_anyone_wrote_reaches_the_log(
    leave: Callable[[str], None], style: Literal["console", "json"]
) -> None:
    @given(TYPED)
    @settings(max_examples=8)
    def check(typed: str) -> None:
        output = io.StringIO()
        with contextlib.redirect_stderr(output), warnings.catch_warnings():
            warnings.simplefilter("always")
            logs.set_up("INFO", style)
            leave(typed)
            logging.captureWarnings(capture=False)
        said = output.getvalue()
        assert said
        assert "zq" not in said.replace("zq{text}qz", "")

    check()


def test_a_forgotten_task_is_named_with_the_type_of_its_error_and_where_it_was_raised(
    caplog: pytest.LogCaptureFixture,
) -> None:
    _leave_task('it\'s "Ada"')
    (record,) = (each for each in caplog.records if each.levelno == logging.ERROR)
    line = json.loads(logs.JsonFormatter(Redactor()).format(record))
    assert line["message"].startswith("Task exception was never retrieved (")
    assert line["traceback"].endswith("ValueError")
    assert ", in fail" in line["traceback"]


def test_the_numbers_of_an_error_and_the_text_of_our_own_are_written() -> None:
    redactor = Redactor()
    assert redactor.error(OSError(28, "no room for Ada")) == "OSError (errno 28)"
    assert redactor.error(TransientError("the disk is full")) == "TransientError: the disk is full"
