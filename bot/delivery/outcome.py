"""What Discord's answer to a request means: done, refused for good, try later, or unknown. Pure.

Sources: Discord's "Opcodes and Status Codes" and "Rate Limits"
(https://discord.com/developers/docs/topics/opcodes-and-status-codes).
"""

from enum import StrEnum

_REQUEST_TIMEOUT = 408  # also what a REST proxy answers when Discord did not in time
_TOO_MANY_REQUESTS = 429  # has no code where Cloudflare answers in place of Discord
_OK = range(200, 300)
_CLIENT_ERRORS = range(400, 500)

# Discord's error codes for problems that pass, whatever HTTP status they come with.
TRANSIENT_CODES = frozenset(
    {
        20016,  # slow mode of the channel
        20022,  # too many edits of messages in announcement channels
        20028,  # write limit of the channel
        20029,  # write limit of the server
        30046,  # too many edits of messages older than an hour
        40003,  # direct messages opened too fast
        40004,  # sending messages is temporarily turned off
        40006,  # the feature is temporarily turned off
        40062,  # the resource is limited
        130000,  # Discord is overloaded
    }
)


class Outcome(StrEnum):
    """How a request to Discord ended."""

    DONE = "done"
    REFUSED = "refused"  # for good: the same request will be refused again
    LATER = "later"  # not carried out; the same request may be accepted later
    UNKNOWN = "unknown"  # it may have been carried out: look before it is repeated


class Problem(StrEnum):
    """Why a room's card or a channel's check-in could not be posted, for `/quiet check`."""

    HISTORY = "history"  # it may be in the channel already, whose history cannot be read
    REFUSED = "refused"  # Discord refused it for good
    LATER = "later"  # Discord could not be reached, or asked to wait


def classify(status: int | None, code: int = 0, *, may_have_happened: bool = False) -> Outcome:
    """Return the outcome of a request by its HTTP status (None: no answer came) and Discord's error code.

    Pass `may_have_happened` for requests that must not be carried out twice, such as posting a message. If
    the answer was lost or Discord failed, the outcome is then unknown.
    """
    if status in _OK:
        return Outcome.DONE
    if status in {_REQUEST_TIMEOUT, _TOO_MANY_REQUESTS} or code in TRANSIENT_CODES:
        return Outcome.LATER
    if status in _CLIENT_ERRORS:
        return Outcome.REFUSED
    return Outcome.UNKNOWN if may_have_happened else Outcome.LATER


_TRIES_EACH_MINUTE = 5  # claims, a minute apart; after these, every second one


def is_retry_due(claims: int) -> bool:
    """Return whether to try again at claim number `claims` of a row: later, only at every other one."""
    return claims <= _TRIES_EACH_MINUTE or claims % 2 == 0
