"""What tests of services expect of a refusal."""

from collections.abc import Awaitable

import pytest

from bot.errors import RefusalError


async def refused(key: str, action: Awaitable[object]) -> RefusalError:
    """Check that something is refused with the text of a key; return the refusal."""
    with pytest.raises(RefusalError) as caught:
        await action
    assert caught.value.key == key
    return caught.value
