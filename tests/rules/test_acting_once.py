"""Which buttons take effect once however often they are tapped, and which may ask for consent again."""

from cogs.checkins import routes as checkins
from cogs.privacy import routes as privacy
from cogs.rooms import routes as rooms
from cogs.servers import routes as servers
from cogs.ui.routes import Route

ROUTES: list[Route[..., object]] = [
    each
    for module in (checkins, privacy, rooms, servers)
    for each in vars(module).values()
    if isinstance(each, Route)
]
GIVE_OR_END = {
    *("checkins:agree", "checkins:in_thread", "checkins:less_often", "checkins:stop", "notices:agree"),
    *("consent:give", "consent:turn_off", "rooms:give_name", "rooms:hide_name", "data:erase"),
}
MAKE_A_FILE = {"consent:receipt", "data:export"}
SIT = {"rooms:sit_in", "rooms:move", "notices:move", "notices:dismiss"}
SET_UP = {
    *("setup:leave_voice", "setup:delete_voice", "setup:events", "setup:threads"),
    *("setup:move_room", "setup:next", "setup:opening", "setup:question", "setup:remove_room"),
    *("setup:remove_time", "setup:skip_session", "setup:restore_session", "setup:remove_channel_checkin"),
}


def test_buttons_that_make_change_or_delete_something_act_once() -> None:
    acting_once = {each.name for each in ROUTES if each.acts_once}
    assert (GIVE_OR_END | MAKE_A_FILE | SIT | SET_UP) - acting_once == set()


def test_buttons_that_only_show_something_act_each_time() -> None:
    each_time = {each.name for each in ROUTES if not each.acts_once}
    assert {"rooms:how", "rooms:look", "rooms:nod", "data:show", "setup:show"} - each_time == set()


def test_a_changed_text_is_shown_after_sitting_opening_and_answering_alone() -> None:
    asking_again = {each.name for each in ROUTES if each.may_ask_again}
    assert asking_again == {"checkins:answer", "rooms:open", "rooms:sit"}
