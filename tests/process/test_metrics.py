"""What /metrics reports while a bot is used: durations, counts and delays, and no personal data."""

from __future__ import annotations

import re
from typing import get_args

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.observability.metrics import InteractionKind
from tests.process.bot_process import POST, BotProcess
from tests.process.launching import free_port
from tests.secrets import telling

LABELS = {
    "event",
    "first_shard",
    "kind",
    "le",
    "limit",
    "method",
    "name",
    "outcome",
    "place",
    "reason",
    "route",
    "scope",
    "status",
    "what",
}


class Scrape:
    """The content of /metrics at one moment."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.samples = [
            sample for family in text_string_to_metric_families(text) for sample in family.samples
        ]

    def value(self, metric: str, /, **labels: str) -> float:
        """Return the sum of the samples of a metric that have these labels."""
        found = [
            each.value
            for each in self.samples
            if each.name == metric and labels.items() <= each.labels.items()
        ]
        assert found, f"{metric}{labels} is not there"
        return sum(found)


@pytest.fixture
async def page(unstarted_process: BotProcess) -> tuple[BotProcess, str]:
    """Return a connected process, and the address of its health endpoints."""
    port = free_port()
    unstarted_process.settings |= {"HEALTH_PORT": str(port)}
    await unstarted_process.start()
    return unstarted_process, f"http://127.0.0.1:{port}"


async def scrape(address: str) -> Scrape:
    """Ask for the metrics, as Prometheus does."""
    async with aiohttp.ClientSession() as session, session.get(f"{address}/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        return Scrape(await answer.text())


async def test_metrics_count_what_happened_and_name_no_member(page: tuple[BotProcess, str]) -> None:
    process, address = page
    await process.settle()
    quiet = await scrape(address)
    assert quiet.value("alongside_gateway_connected") == 1
    assert quiet.value("alongside_serving", first_shard="0") == 1
    assert quiet.value("alongside_deployment_shard_ranges") == 1
    assert quiet.value("alongside_deployment_live_sessions") == 0
    assert quiet.value("alongside_deployment_due_backlog") == 0
    assert quiet.value("alongside_errors_total") == 0
    for kind in get_args(InteractionKind):
        assert quiet.value("alongside_interactions_total", kind=kind) == 0
        assert quiet.value("alongside_interactions_answered_total", kind=kind) == 0

    await process.add_room()
    posted = {"method": "POST", "route": "/channels/{id}/messages"}
    requests = "alongside_discord_request_seconds_count"
    before = (await scrape(address)).value(requests, status="200", **posted)
    process.box.faults.rate_limit(*POST, 0.2, scope="shared")
    await process.person("Ada").run("sit", channel="general", room="Library", minutes=10)
    card = await process.card()
    await process.person("Bo").click(card, "Sit")
    await process.person("Cleo").click(card, "Slip out")
    await process.person("Cleo").run("sit", channel="general", room="Attic", minutes=10)
    await process.settle()
    seen = await scrape(address)
    answered = "alongside_interaction_answer_seconds_count"
    assert seen.value(answered, kind="command", name="sit") == 2
    assert seen.value(answered, kind="component", name="rooms:sit") == 1
    assert seen.value(answered, kind="component", name="rooms:slip") == 1
    for asked in ("alongside_interactions_total", "alongside_interactions_answered_total"):
        assert seen.value(asked, kind="command") == 3
        assert seen.value(asked, kind="component") == 2
    assert seen.value("alongside_refusals_total", place="refusals.room_gone") == 1
    assert seen.value("alongside_discord_rate_limits_total", scope="shared") == 1
    assert seen.value(requests, status="429", **posted) == 1
    assert seen.value(requests, status="200", **posted) == before + 1
    assert seen.value("alongside_due_actions_total", kind="card", outcome="done") >= 1
    assert seen.value("alongside_due_lag_seconds_count", kind="card") >= 1
    assert seen.value("alongside_deployment_live_sessions") == 1
    assert seen.value("alongside_database_seconds_count", what="write") > 3
    assert seen.value("alongside_database_seconds_count", what="read") > 3
    assert seen.value("alongside_gateway_events_total", event="connect") == 1
    assert seen.value("process_resident_memory_bytes") > 10_000_000
    people = [user.display for user in process.box.world.users.values() if not user.bot]
    without_numbers = [line.rpartition(" ")[0] for line in seen.text.splitlines()]
    assert telling(without_numbers, people) == []
    labels = {label for sample in seen.samples for label in sample.labels}
    assert labels == LABELS
    assert not re.search(r"\d{6,}/", seen.text)


async def test_health_is_served_while_discord_is_away_and_not_ready(page: tuple[BotProcess, str]) -> None:
    process, address = page
    await process.settle()
    process.box.faults.refuse_gateway(1000)
    process.box.faults.drop_gateway()
    await process.box.until(lambda: not process.box.bot_connected)
    async with aiohttp.ClientSession() as session:
        ready = "ready\n"
        while ready == "ready\n":
            async with session.get(f"{address}/readyz") as answer:
                ready = await answer.text()
        assert ready == "not ready: not connected to Discord\n"
        async with session.get(f"{address}/healthz") as answer:
            assert answer.status == 200
    assert (await scrape(address)).value("alongside_gateway_connected") == 0
