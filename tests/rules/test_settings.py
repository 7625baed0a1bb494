"""A wrong setting is reported in one line that names it; the token is never printed."""

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings import PREFIX, Settings, load, load_published
from bot.storage.engine import engine_for

TOKEN = "MTIz.a-token-that-nobody-may-read.456"
WRONG = [
    ("DISCORD_TOKEN", ""),
    ("DATABASE_URL", "mysql://owner:hunter2@db/alongside"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", ""),
    ("DATABASE_KEY", ""),
    ("DISCORD_API_URL", "not an address"),
    ("DISCORD_API_URL", "ftp://files"),
    ("DISCORD_GATEWAY_URL", "https://gateway.discord.gg"),
    ("CLOCK_URL", "http://clock"),
    ("DATA_FOLDER", ""),
    ("SHARD_COUNT", "0"),
    ("SHARD_COUNT", "many"),
    ("SHARDS_PER_PROCESS", "0"),
    ("REQUESTS_PER_SECOND", "9"),
    ("REQUESTS_PER_SECOND", "501"),
    ("SENDS_PER_SECOND", "0"),
    ("SENDS_PER_SECOND", "451"),
    ("DM_OPENINGS_PER_MINUTE", "0"),
    ("DM_OPENINGS_PER_MINUTE", "61"),
    ("HEALTH_HOST", "somewhere"),
    ("HEALTH_PORT", "-1"),
    ("HEALTH_PORT", "65536"),
    ("HEALTH_PORT", "http"),
    ("LOG_LEVEL", "LOUD"),
    ("LOG_FORMAT", "xml"),
    ("PRIVACY_POLICY_URL", "nonsense"),
    ("TERMS_URL", "nonsense"),
    ("REPORT_TO", "somewhere"),
    ("REPORT_TO", "two words@example.org"),
    ("REPORT_TO", "https://"),
    ("DEFAULT_LOCALE", "English"),
    ("DEFAULT_LOCALE", "../en"),
]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.setenv(f"{PREFIX}DISCORD_TOKEN", TOKEN)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_one_line_that_names_the_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}{name}", value)
    with pytest.raises(ConfigurationError) as caught:
        load(None)
    message = str(caught.value)
    assert message.startswith(f"{PREFIX}{name}")
    assert "\n" not in message
    assert TOKEN not in message
    assert "hunter2" not in message


def test_every_setting_that_can_be_wrong_is_tried() -> None:
    assert {name.lower() for name, _ in WRONG} == set(Settings.model_fields)


def test_a_missing_token_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(f"{PREFIX}DISCORD_TOKEN")
    with pytest.raises(ConfigurationError, match=r"^ALONGSIDE_DISCORD_TOKEN is missing"):
        load(None)


def test_settings_do_not_print_the_token() -> None:
    settings = load(None)
    assert TOKEN not in repr(settings)
    assert TOKEN not in str(settings)
    assert TOKEN not in settings.model_dump_json()
    assert settings.discord_token.get_secret_value() == TOKEN


def test_settings_do_not_change() -> None:
    settings = load(None)
    with pytest.raises(ValueError, match="frozen"):
        settings.health_port = 1  # type: ignore[misc] # what is tried here


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "env"
    file.write_text("ALONGSIDE_HEALTH_PORT=1\nALONGSIDE_LOG_LEVEL=DEBUG\nUNRELATED=1\n", encoding="utf-8")
    monkeypatch.setenv(f"{PREFIX}HEALTH_PORT", "2")
    settings = load(str(file))
    assert (settings.health_port, settings.log_level) == (2, "DEBUG")


def test_the_database_is_a_file_named_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine_for(load(None)).location == str(Path.cwd() / "data" / "alongside.db")
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", "sqlite:////srv/alongside.db")
    assert engine_for(load(None)).location == "/srv/alongside.db"


def test_a_database_in_postgresql_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", "postgresql://owner:hunter2@db:5433/alongside")
    settings = load(None)
    assert engine_for(settings).location == "postgresql://db/alongside"
    assert "hunter2" not in repr(settings) + settings.model_dump_json()


@pytest.mark.parametrize("given", ["https://example.org/report?of=bot", "help@example.org", ""])
def test_problems_are_reported_to_a_link_an_address_or_nowhere(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}REPORT_TO", given)
    assert load(None).links.report == given


def test_what_is_published_is_read_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(f"{PREFIX}DISCORD_TOKEN")
    monkeypatch.setenv(f"{PREFIX}TERMS_URL", "https://example.org/terms")
    monkeypatch.setenv(f"{PREFIX}PRIVACY_POLICY_URL", "https://example.org/privacy")
    links = load_published(None).links
    assert (links.terms, links.privacy_policy) == (
        "https://example.org/terms",
        "https://example.org/privacy",
    )
