"""Users (reference: *Users*). Needs the user-information capability, except for ``me``."""

from apps.sandbox import access
from apps.sandbox.call import Call, endpoint, listing
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import User


def _answer(call: Call, user: User) -> Json:
    return call.reader.bot(user) if user.id == call.connection.id else call.reader.user(user)


@endpoint("GET", "/users/me")
def retrieve_me(call: Call) -> Json:
    return call.reader.bot(call.world.users[call.connection.id])


@endpoint("GET", "/users/{user_id}")
def retrieve_user(call: Call) -> Json:
    user_id = call.params["user_id"]
    user = call.world.users.get(user_id)
    if user is None or access.READ_USERS not in call.connection.capabilities:
        raise call.connection.missing("user", user_id)
    return _answer(call, user)


@endpoint("GET", "/users")
def list_users(call: Call) -> Json:
    call.connection.require(access.READ_USERS)
    listed = [user for user in call.world.users.values() if not user.is_guest]
    users, next_cursor = call.page_of(listed, lambda user: user.id)
    return listing("user", [_answer(call, user) for user in users], next_cursor)
