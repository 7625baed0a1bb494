"""The settings, read once by the CLI from the environment or a `.env` file, with the prefix `ALONGSIDE_`.

`.env.example` describes each.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import AnyHttpUrl, Field, IPvAnyAddress, SecretStr, ValidationError, field_validator
from pydantic.networks import AnyWebsocketUrl
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from bot.errors import ConfigurationError
from bot.shards import MOST_SHARDS, ShardLayout

PREFIX = "ALONGSIDE_"
_SQLITE = "sqlite:///"
_LINK_OR_ADDRESS = re.compile(r"https?://[^\s/]\S*|[^\s@`]+@[^\s@`]+\.[^\s@`]+")
_POSTGRES = ("postgresql://", "postgres://")

S = TypeVar("S", bound=BaseSettings)


@dataclass(frozen=True, slots=True)
class OperatorLinks:
    """What the operator publishes for members. Each is empty if there is none."""

    privacy_policy: str = ""
    terms: str = ""
    report: str = ""  # a link or an email address


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the bot does at most, in all processes together."""

    requests_per_second: int = 45
    sends_per_second: int = 20
    dm_openings_per_minute: int = 5


class PublishedSettings(BaseSettings):
    """What the operator publishes for members: enough for `alongside terms`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", frozen=True, extra="ignore")

    privacy_policy_url: AnyHttpUrl | None = None
    terms_url: AnyHttpUrl | None = None
    report_to: str = ""

    @field_validator("report_to")
    @classmethod
    def _is_link_or_address(cls, given: str) -> str:
        if given and not _LINK_OR_ADDRESS.fullmatch(given):
            raise ValueError("use a link (https://...) or an email address")
        return given

    @property
    def links(self) -> OperatorLinks:
        """The same, as text."""
        return OperatorLinks(str(self.privacy_policy_url or ""), str(self.terms_url or ""), self.report_to)


class StoredSettings(BaseSettings):
    """Where the database is and how it is encrypted: enough for commands that do not connect to Discord."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", frozen=True, extra="ignore")

    database_url: SecretStr = SecretStr("sqlite:///data/alongside.db")
    database_key: SecretStr | None = None
    data_folder: Path = Path("data")

    @field_validator("database_url")
    @classmethod
    def _is_known(cls, url: SecretStr) -> SecretStr:
        given = url.get_secret_value()
        if given.startswith(_POSTGRES) or (given.startswith(_SQLITE) and given != _SQLITE):
            return url
        raise ValueError("use sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")

    @property
    def engine_name(self) -> str:
        """`sqlite` or `postgresql`."""
        return "sqlite" if self.database_url.get_secret_value().startswith(_SQLITE) else "postgresql"

    @field_validator("data_folder", mode="before")
    @classmethod
    def _is_given(cls, folder: object) -> object:
        if folder == "":
            raise ValueError("use the path of a folder")
        return folder

    @field_validator("database_key")
    @classmethod
    def _is_64_digits(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", key.get_secret_value()):
            raise ValueError("a key is 64 hexadecimal digits, as openssl rand -hex 32 prints")
        return key


class Settings(StoredSettings, PublishedSettings):
    """All settings. Frozen; read them with `load`."""

    discord_token: SecretStr = Field(min_length=1)
    discord_api_url: AnyHttpUrl = AnyHttpUrl("https://discord.com/api/v10")
    discord_gateway_url: AnyWebsocketUrl = AnyWebsocketUrl("wss://gateway.discord.gg")
    clock_url: AnyWebsocketUrl | None = None
    shard_count: int | None = Field(default=None, ge=1, le=MOST_SHARDS)
    shards_per_process: int = Field(default=16, ge=1)
    requests_per_second: int = Field(default=45, ge=10, le=500)
    sends_per_second: int = Field(default=20, ge=1, le=450)
    dm_openings_per_minute: int = Field(default=5, ge=1, le=60)
    health_host: IPvAnyAddress = IPv4Address("127.0.0.1")
    health_port: int = Field(default=0, ge=0, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"
    default_locale: str = Field(default="en", pattern=r"^[a-z]{2}(-[A-Z]{2})?$")

    @property
    def shard_layout(self) -> ShardLayout:
        """How the shards are divided among processes. With SQLite, one process serves all of them."""
        count = self.shard_count or 1
        most = count if self.engine_name == "sqlite" else self.shards_per_process
        return ShardLayout(count, min(count, most))

    @property
    def limits(self) -> Limits:
        """The limits that are set."""
        return Limits(self.requests_per_second, self.sends_per_second, self.dm_openings_per_minute)

    @field_validator("discord_token")
    @classmethod
    def _is_one_word(cls, token: SecretStr) -> SecretStr:
        if len(token.get_secret_value().split()) != 1:
            raise ValueError("a token is one word, without spaces or line breaks")
        return token


def load(env_file: str | None = ".env") -> Settings:
    """Read the settings. Raises ConfigurationError with one line that names what is missing or wrong."""
    return _read(Settings, env_file)


def load_stored(env_file: str | None = ".env") -> StoredSettings:
    """Read the database's settings only, so that no token is needed. Raises as `load` does."""
    return _read(StoredSettings, env_file)


def load_published(env_file: str | None = ".env") -> PublishedSettings:
    """Read what the operator publishes. Raises as `load` does."""
    return _read(PublishedSettings, env_file)


def _read(kind: type[S], env_file: str | None) -> S:
    try:
        return kind(_env_file=env_file)
    except ValidationError as error:
        raise ConfigurationError(_first_line(error)) from None
    except SettingsError as error:
        raise ConfigurationError(str(error)) from None


def _first_line(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    name = f"{PREFIX}{str(first['loc'][0]).upper()}"
    if first["type"] == "missing" or (name == f"{PREFIX}DISCORD_TOKEN" and first["type"] == "too_short"):
        return f"{name} is missing: set it in the environment or in .env (see .env.example)"
    return f"{name}: {message[:1].lower()}{message[1:]}"
