"""The type of a JSON object, for data that is stored and sent in Discord's own format."""

from typing import Any

Json = dict[str, Any]


def without_nulls(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return a copy without the fields that are null, which Discord does not save."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value
