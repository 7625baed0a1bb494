"""What the URL of a database in PostgreSQL says."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import SecretStr

from bot.errors import ConfigurationError

_UNREADABLE = (
    "the URL cannot be read: it has the form postgresql://USER:PASSWORD@HOST:PORT/NAME. Write special "
    "characters of the password as %XX, for example @ as %40"
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is, and as whom to connect to it. Several hosts, or ports, are joined by commas."""

    hosts: str
    ports: str
    name: str
    user: str
    password: str = field(repr=False)
    options: dict[str, str]

    @classmethod
    def read(cls, url: SecretStr) -> Self:
        """Read a URL. Raises ConfigurationError, without any part of the password."""
        try:
            return cls._of(urlsplit(url.get_secret_value()))
        except ValueError:
            raise ConfigurationError(_UNREADABLE) from None

    @classmethod
    def _of(cls, parts: SplitResult) -> Self:
        """Read the parts of a URL. Raises ValueError."""
        if "@" in f"{parts.path}{parts.query}{parts.fragment}":
            raise ValueError("a part of the password was taken for something else")
        credentials, _, places = parts.netloc.rpartition("@")
        user, _, password = credentials.partition(":")
        each = [urlsplit(f"//{place}") for place in places.split(",")]
        return cls(
            hosts=",".join(one.hostname or "" for one in each),
            ports=",".join(str(one.port or 5432) for one in each),  # raises ValueError for a word
            name=unquote(parts.path.removeprefix("/")),
            user=unquote(user),
            password=unquote(password),
            options=dict(parse_qsl(parts.query)),
        )

    @property
    def location(self) -> str:
        """The URL without user and password, for messages."""
        return f"postgresql://{self.hosts}/{self.name}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables in which PostgreSQL's own programs take it."""
        options = {f"PG{name.replace('_', '').upper()}": value for name, value in self.options.items()}
        given = {"PGHOST": self.hosts, "PGPORT": self.ports, "PGUSER": self.user}
        own = given | {"PGPASSWORD": self.password}
        return {name: value for name, value in (own | options).items() if value}
