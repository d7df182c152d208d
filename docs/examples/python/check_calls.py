"""Rules about commands, tokens and errors."""

from check_log import everything
from check_world import expect, new_id, rule


# Commands


@rule("R1", "the same requestId gives the same answer, another body is CONFLICT")
def _(world):
    expect(world.me.mutate("messages.send", world.command) == world.first, "the second answer is another one")
    other = {**world.command, "content": "Say nothing."}
    refusal = world.refusal(world.me.mutate, "messages.send", other)
    expect((refusal.code, refusal.reason) == ("CONFLICT", "request-reused"), f"it is {refusal.code} {refusal.reason}")


@rule("R3", "another user's id answers exactly like one that does not exist")
def _(world):
    for path, name, theirs in (
        ("conversations.get", "conversationId", world.conversation_id),
        ("messages.status", "conversationId", world.conversation_id),
        ("messages.content", "messageId", world.edited),
    ):
        foreign = world.refusal(world.other.query, path, {name: theirs})
        unknown = world.refusal(world.other.query, path, {name: new_id()})
        expect(foreign.code == "NOT_FOUND", f"{path} answers {foreign.code}")
        expect(str(foreign) == str(unknown), f"{path} tells {foreign} from {unknown}")


@rule("R6", "a create with a client-made id is done once")
def _(world):
    task = {"taskId": new_id(), "title": "Try the rules"}
    made = world.me.mutate("tasks.add", task)
    try:
        expect(world.me.mutate("tasks.add", task)["id"] == made["id"], "a repeat makes another one")
        refusal = world.refusal(world.me.mutate, "tasks.add", {**task, "title": "Something else"})
        expect((refusal.code, refusal.reason) == ("CONFLICT", "id-taken"), f"it is {refusal.code} {refusal.reason}")
    finally:
        world.me.mutate("tasks.delete", {"taskId": made["id"]})


@rule("R7", "a request that was refused left nothing behind")
def _(world):
    command = {"requestId": new_id(), "messageId": new_id()}
    expect(world.refusal(world.me.mutate, "messages.delete", command).code == "NOT_FOUND", "an unknown message is not NOT_FOUND")
    world.me.mutate("messages.regenerate", {**command, "messageId": world.second["assistantMessageId"]})


@rule("R9", "regenerate and edit add siblings")
def _(world):
    siblings = {message["id"]: message["siblingIds"] for message in everything(world)}
    first, second = world.second["assistantMessageId"], world.second["userMessageId"]
    expect(siblings[first][:2] == [first, world.again], "the second answer is no sibling of the first")
    expect(len(siblings[second]) > 1 and siblings[second][0] == second, "the edited question is no sibling of the first")


@rule("R12", "cancel answers with the stored status, also for an answer that has ended")
def _(world):
    status = world.me.mutate("messages.cancel", {"messageId": world.edited})["status"]
    expect(status not in ("queued", "generating", "waiting"), f"it is {status}")


@rule("R13", "keys that a procedure does not know are refused")
def _(world):
    refusal = world.refusal(world.me.query, "conversations.list", {"limit": 1, "unknown": 1})
    expect(refusal.code == "BAD_REQUEST", f"it is {refusal.code}")


@rule("R14", "complete and send are one command")
def _(world):
    expect(world.first_complete["messageId"] == world.first["assistantMessageId"], "complete gave another message")


@rule("R15", "poll misses nothing")
def _(world):
    seen, since = {}, None
    while True:
        page = world.me.query("messages.poll", {"conversationId": world.conversation_id, "since": since})
        seen.update((message["id"], message) for message in page["messages"])
        since = page["now"]
        if not page["hasMore"]:
            break
    missing = [message["id"] for message in world.snapshot["messages"] if message["id"] not in seen]
    expect(not missing, f"{missing} are missing")


# Sessions and errors


@rule("S1", "a call without a token is UNAUTHORIZED, also with one in its address")
def _(world):
    for query in ("", "?token=" + world.me.session.token()):
        status, _, body = world.raw("/trpc/conversations.list" + query, token=False)
        expect(status == 401 and "UNAUTHORIZED" in body, f"it is {status}")


@rule("S8", "a foreign Origin is refused, a missing one is not")
def _(world):
    status, _, _ = world.raw("/trpc/conversations.list", headers={"Origin": "https://foreign.example"})
    expect(status == 403, f"a foreign one is answered with {status}")
    status, _, _ = world.raw("/trpc/conversations.list")
    expect(status == 200, f"a missing one is answered with {status}")


@rule("X1", "the HTTP status fits the code of the error")
def _(world):
    status, _, body = world.raw(f'/trpc/messages.status?input=%7B%22conversationId%22%3A%22{new_id()}%22%7D')
    expect(status == 404 and "NOT_FOUND" in body, f"NOT_FOUND comes with {status}")
    status, _, _ = world.raw("/trpc/conversations.list", value={})
    expect(status == 405, f"a query by POST is answered with {status}")


@rule("X2", "BAD_REQUEST names the wrong fields")
def _(world):
    refusal = world.refusal(world.me.query, "conversations.list", {"limit": 0})
    expect([issue["path"] for issue in refusal.issues or []] == ["limit"], f"it names {refusal.issues}")


@rule("X6", "a path of programs that does not exist answers 404 with JSON")
def _(world):
    status, headers, _ = world.raw("/api/nothing", headers={"Accept": "text/html"})
    expect(status == 404 and "json" in headers.get_content_type(), f"it is {status} {headers.get_content_type()}")


@rule("H4", "a link that was guessed is NOT_FOUND")
def _(world):
    expect(world.refusal(world.me.query, "shares.read", {"token": "guessed"}).code == "NOT_FOUND", "it has another code")


@rule("A1", "the first item of activity.follow is `refetch`")
def _(world):
    _, items, _ = next(item for item in world.me.subscribe("activity.follow", {}) if item[1])
    expect(items[0]["type"] == "refetch", f"it is {items[0]['type']}")


@rule("C4", "an empty array with the cursor is a heartbeat, at least every 15 seconds")
def _(world):
    heartbeat = world.wait_for_heartbeat()
    expect(heartbeat is not None, "none came")
    cursor = world.me.query("conversations.get", {"conversationId": world.idle})["cursor"]
    expect(heartbeat == cursor, f"its cursor is {heartbeat}, not {cursor}")
