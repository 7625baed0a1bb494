"""The type of a JSON object, for data that is stored and sent in Discord's own format."""

from typing import Any

Json = dict[str, Any]
