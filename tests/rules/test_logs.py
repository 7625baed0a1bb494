"""The log contains no ids, no tokens and nothing that was typed, but enough to fix an error."""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from types import SimpleNamespace
from typing import cast

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import report
from bot.observability import logs
from bot.observability.redaction import Redactor
from tests.secrets import telling

MEMBER = 1457659890892800028
BOT_TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GAbcde.abcdefghijklmnopqrstuvwxyz0123456789AB"
INTERACTION_TOKEN = "aW50ZXJhY3Rpb24" * 8

Styles = {"console": logs.ConsoleFormatter, "json": logs.JsonFormatter}


def _record(message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("a.library", logging.ERROR, __file__, 1, message, values, info)


def _raised(error: BaseException) -> BaseException:
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.fixture(params=sorted(Styles))
def formatter(request: pytest.FixtureRequest) -> logging.Formatter:
    """Return each of the shipped formatters."""
    return Styles[request.param](Redactor("a hidden word"))


def test_without_the_redactor_the_scan_finds_leaks() -> None:
    """The scan that every test of this suite ends with can fail."""
    plain = logging.Formatter()
    error = _raised(ValueError(f"no member {MEMBER}"))
    assert telling([plain.format(_record("%s", MEMBER))])
    assert telling([plain.format(_record("failed", error=error))])
    assert telling([plain.format(_record("token %s", BOT_TOKEN))])
    assert telling([plain.format(_record("/webhooks/1/%s", INTERACTION_TOKEN))])
    assert telling([plain.format(_record("hello Ada, there"))], ["Ada"])


@pytest.mark.parametrize(
    "message",
    [
        f"member {MEMBER} tapped",
        f"/channels/{MEMBER}/messages/{MEMBER + 1} responded with 429",
        f"https://discord.test/api/v10/webhooks/{MEMBER}/{INTERACTION_TOKEN}/messages/@original",
        f"https://discord.test/api/v10/interactions/{MEMBER}/short-token/callback",
        f"Bot {BOT_TOKEN}",
        f"id={MEMBER}, token={BOT_TOKEN}; a hidden word",
    ],
)
def test_ids_and_tokens_are_redacted_wherever_they_appear(
    formatter: logging.Formatter, message: str
) -> None:
    error = RuntimeError(message)
    group = _raised(ExceptionGroup(message, [error]))
    error.__cause__ = KeyError(MEMBER)
    for each in (_record(message), _record("failed", error=error), _record("failed", error=group)):
        line = formatter.format(each)
        assert telling([line], ["short-token", "a hidden word"]) == []


@given(st.integers(10**16, 2**64 - 1), st.sampled_from([" ", "/", "<@", "=", "x", "-", "'", "\u00e9"]))
def test_no_id_gets_through_whatever_stands_beside_it(number: int, beside: str) -> None:
    for style in Styles.values():
        line = style(Redactor()).format(_record(f"{beside}{number}{beside}"))
        assert str(number) not in line


def test_a_logged_exception_does_not_repeat_what_was_typed(formatter: logging.Formatter) -> None:
    typed = "my neighbour Ada"
    choices: dict[str, int] = {}
    with pytest.raises(ValueError, match=typed) as wrong:
        int(typed)
    with pytest.raises(KeyError) as unknown:
        choices[typed]
    for error in (wrong.value, unknown.value):
        line = formatter.format(_record("failed", error=error))
        assert typed not in line
        assert type(error).__name__ in line
        assert "test_logs.py" in line


def test_an_id_has_the_same_hash_within_a_process_and_another_in_other_processes() -> None:
    here, elsewhere = Redactor(), Redactor()
    assert here.clean(f"{MEMBER} {MEMBER}").split()[0] == here.clean(str(MEMBER))
    assert here.clean(str(MEMBER)) != here.clean(str(MEMBER + 1))
    assert here.clean(str(MEMBER)) != elsewhere.clean(str(MEMBER))


def test_a_traceback_that_another_handler_formatted_is_not_reused(
    formatter: logging.Formatter,
) -> None:
    record = _record("failed", error=_raised(ValueError("typed 'a secret'")))
    logging.Formatter().format(record)
    assert record.exc_text is not None
    assert "a secret" not in formatter.format(record)


def test_json_has_the_reference_that_the_member_saw(caplog: pytest.LogCaptureFixture) -> None:
    reference = report("an interaction", ValueError("made to fail"))
    (record,) = caplog.records
    line = json.loads(logs.JsonFormatter(Redactor()).format(record))
    assert line["reference"] == reference
    assert line["message"] == f"an interaction failed, reference {reference}"
    assert line["level"] == "ERROR"
    assert line["traceback"] == "ValueError"


@pytest.mark.usefixtures("logging_as_before")
def test_an_error_that_ends_the_process_is_redacted_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", "console", "a hidden word")
    error = _raised(ValueError(f"a hidden word of {MEMBER}"))
    sys.excepthook(type(error), error, error.__traceback__)
    said = capsys.readouterr().err
    assert "ended by an error" in said
    assert "Traceback" in said
    assert telling(said.splitlines(), ["a hidden word"]) == []


class _FailsWhenCollected:
    def __del__(self) -> None:
        raise ValueError(f"a hidden word of {MEMBER}")


@pytest.mark.usefixtures("logging_as_before")
def test_an_error_that_python_ignores_is_logged_with_its_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.set_up("INFO", "json", "a hidden word")
    _FailsWhenCollected()
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["message"]) == ("ERROR", "an error was ignored")
    assert "__del__" in line["traceback"]
    assert line["traceback"].splitlines()[-1].startswith("ValueError")
    assert telling([line["traceback"]], ["a hidden word"]) == []


@pytest.mark.usefixtures("logging_as_before")
def test_an_ignored_failure_without_an_error_is_logged_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", "json")
    given = SimpleNamespace(exc_type=None, exc_value=None, exc_traceback=None, err_msg=None, object=None)
    sys.unraisablehook(cast("sys.UnraisableHookArgs", given))
    line = json.loads(capsys.readouterr().err)
    assert line["message"] == "an error was ignored"
    assert not line.get("traceback")


@pytest.mark.usefixtures("logging_as_before")
def test_an_error_that_ends_a_thread_is_logged_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", "json", "a hidden word")

    def fail() -> None:
        raise ValueError(f"a hidden word of {MEMBER}")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["message"]) == ("ERROR", "a thread failed")
    assert "in fail" in line["traceback"]
    assert telling([line["traceback"]], ["a hidden word"]) == []


@pytest.mark.usefixtures("logging_as_before")
@pytest.mark.filterwarnings("default")
def test_a_warning_is_a_line_of_the_log_and_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logs.set_up("INFO", "json", "a hidden word")
        warnings.warn(f"a hidden word of {MEMBER}", ResourceWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["logger"]) == ("WARNING", "py.warnings")
    assert "ResourceWarning" in line["message"]
    assert telling([line["message"]], ["a hidden word"]) == []


@pytest.mark.usefixtures("logging_as_before")
@pytest.mark.parametrize(("level", "heard"), [("DEBUG", ["WARNING"]), ("ERROR", [])])
def test_libraries_log_warnings_at_most_whatever_our_own_level_is(
    capsys: pytest.CaptureFixture[str], level: str, heard: list[str]
) -> None:
    logs.set_up(level, "json")
    for name in ("discord.gateway", "discord.client", "aiosqlite"):
        library = logging.getLogger(name)
        library.debug("what a member does")
        library.info("what a member does")
        library.warning("a problem")
        lines = [json.loads(each) for each in capsys.readouterr().err.splitlines()]
        assert [each["level"] for each in lines if each["logger"] == name] == heard
    logging.getLogger("discord.http").warning("a rate limit, which the metrics count")
    assert capsys.readouterr().err == ""


def test_a_reconnection_attempt_is_logged_in_one_line(formatter: logging.Formatter) -> None:
    error = _raised(ConnectionError("nobody there"))
    given = (type(error), error, error.__traceback__)
    record = logging.LogRecord(
        "discord.client",
        logging.ERROR,
        discord.client.__file__,
        1,
        "Attempting a reconnect in %.2fs",
        (1.5,),
        given,
    )
    said = formatter.format(record)
    assert "Attempting a reconnect in 1.50s (ConnectionError)" in said
    assert "Traceback" not in said
    assert "\n" not in said


"""What a member may have typed, between marks that no program has."""
