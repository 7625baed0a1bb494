"""A year of check-ins and notices in virtual time: `python -m bench.year [members]`.

Members in twenty time zones live through a year by the bot's own rules, and a judge that does not use these
rules counts broken promises. Some of the same members then live through the same year by the services, on a
database, and must get everything at the same moments. Members who chose one room live through a year of its
notices, by the services. The exit code is 1 if a promise was broken.
"""

import asyncio
import sys

from bench.year.notices import by_services as notices_by_services
from bench.year.run import Year, by_rules, by_services, report

_MEMBERS = 10_000
_BY_SERVICES = 100


async def _main() -> int:
    members = int(sys.argv[1]) if len(sys.argv) > 1 else _MEMBERS
    year = await by_rules(members)
    some = min(members, _BY_SERVICES)
    again = await by_services(some)
    is_same = all(again.came[number] == year.came[number] for number in range(some))
    sys.stdout.write(report(year) + "\n\nThe same by the services, on a database:\n" + report(again) + "\n")
    sys.stdout.write(f"at the same moments: {'yes' if is_same else 'no'}\n\n")
    notices = await notices_by_services(some)
    sys.stdout.write(f"{notices}\n")
    return int(not is_same or _is_broken(year) or _is_broken(again) or not notices.has_passed)


def _is_broken(year: Year) -> bool:
    return year.broken.total() > 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
