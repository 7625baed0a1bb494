"""The port of the health endpoints, where several processes run on one machine."""

from pathlib import Path

import pytest

from bot.app.health_port import HealthPort
from bot.errors import ConfigurationError
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.settings import Settings
from tests.process.launching import free_port


async def test_a_second_process_with_the_same_port_is_told_to_take_its_own(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, discord_token="made-up", health_port=free_port())
    first, second = (HealthPort(settings, Health(tmp_path, Metrics())) for _ in range(2))
    await first.open()
    try:
        await second.try_to_open()  # while it waits for its turn, the other one may be ending
        with pytest.raises(ConfigurationError) as caught:
            await second.open()
    finally:
        await first.close()
    assert str(caught.value).startswith("ALONGSIDE_HEALTH_HOST, ALONGSIDE_HEALTH_PORT: another program")
    assert "each process" in str(caught.value)
    await second.open()
    await second.close()
