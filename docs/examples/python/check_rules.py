"""Tries rules of PROTOCOL.md against a server: `[L1] ok       seq is dense`, a line a rule, and exit code 1 when one does not hold.

It signs in as two guests, or as the owners of HOLDFAST_TOKEN and HOLDFAST_OTHER_TOKEN, and deletes the conversations that it makes. What
the model says does not matter, nor that it fails. Rules that need a second user are skipped where there is none.
"""

import copy

from check_world import Failed, Skipped, World, expect, new_id
from client import Refused
from fold import Fold, content_of, units

RULES = []


def rule(rule_id, title):
    def add(apply):
        RULES.append((rule_id, title, apply))
        return apply

    return add


# The log


@rule("L1", "seq is dense from 1")
def _(world):
    expect([record["seq"] for record in world.log] == list(range(1, world.cursor + 1)), "numbers are missing, doubled or out of order")


@rule("L3", "time never goes backwards within a conversation")
def _(world):
    times = [record["at"] for record in world.log]
    expect(times == sorted(times), "an event is older than the one before it")


@rule("E2", "the offset of a delta is the length of its part in UTF-16 units")
def _(world):
    lengths = {}
    for event in events(world, "text-delta", "reasoning-delta"):
        key = (event["messageId"], event["part"])
        expect(event["offset"] == lengths.get(key, 0), f"offset {event['offset']} comes at length {lengths.get(key, 0)}")
        lengths[key] = event["offset"] + units(event["text"])


@rule("E3", "part only grows, and a callId is unique in its message")
def _(world):
    last, calls = {}, set()
    for event in events(world, "text-delta", "reasoning-delta", "tool-call", "file-added", "remark-taken"):
        expect(event["part"] >= last.get(event["messageId"], 0), f"part {event['part']} comes after a later one")
        last[event["messageId"]] = event["part"]
        if event["type"] == "tool-call":
            key = (event["messageId"], event["callId"])
            expect(key not in calls, f"the call {event['callId']} comes twice")
            calls.add(key)


@rule("E4", "each answer ends with exactly one generation-ended")
def _(world):
    answers = [event["message"]["id"] for event in events(world, "message-added") if event["message"]["role"] == "assistant"]
    ended = [event["messageId"] for event in events(world, "generation-ended")]
    expect(sorted(answers) == sorted(ended), f"{len(answers)} answers have {len(ended)} ends")


@rule("M6", "the fold of the log equals what conversations.get reads")
def _(world):
    fold = Fold()
    fold.replace(world.start)
    for record in copy.deepcopy(world.log):
        fold.apply(record)
    expect(fold.conversation == world.snapshot["conversation"], "the conversation is another one")
    for message in world.snapshot["messages"]:
        expect(fold.messages[message["id"]] == message, f"the message {message['id']} is another one")


# Following


@rule("V1", "a stream begins with `connected`")
def _(world):
    status, _, body = world.raw(follow_path(world))
    expect(status == 200 and body[0][0] == "connected", f"it begins with {body[0][0]}")


@rule("V4", "a stream is neither cached nor compressed nor buffered")
def _(world):
    _, headers, _ = world.raw(follow_path(world), headers={"Accept-Encoding": "gzip"})
    expect("no-transform" in headers.get("Cache-Control", ""), "Cache-Control allows changes")
    expect("Content-Encoding" not in headers, "it is compressed")
    expect(headers.get("X-Accel-Buffering") == "no", "X-Accel-Buffering is not `no`")


@rule("C1", "the id of each item is the cursor after it")
def _(world):
    for records, event_id in world.items:
        expect(not records or event_id == str(records[-1]["seq"]), f"{event_id} comes after seq {records[-1:]}")


@rule("C2", "without a cursor, or with a malformed or future one, a snapshot comes first")
def _(world):
    for cursor in (None, "", "x", "-1", "1.5", "999999999"):
        records, event_id = next(item for item in world.read(cursor, 0) if item[0])
        first = records[0]
        expect(first["event"]["type"] == "snapshot", f"{cursor!r} gives {first['event']['type']}")
        expect(str(first["seq"]) == first["event"]["cursor"], "seq is not the snapshot's cursor")


@rule("C7", "a reader gets everything after its cursor once, and nothing before it")
def _(world):
    for cursor in range(0, world.cursor, max(1, world.cursor // 8)):
        read = [record for records, _ in world.read(str(cursor), world.cursor) for record in records]
        missed = without_times(read)[: world.cursor - cursor]
        expect(missed == without_times(world.log)[cursor:], f"from {cursor} on it is another log")


@rule("C9", "a conversation that does not exist is refused with NOT_FOUND")
def _(world):
    expect(world.refusal(world.read, None, 0, new_id()).code == "NOT_FOUND", "it has another code")


@rule("V3", "a stream is refused as `serialized-error` with status 200")
def _(world):
    status, _, body = world.raw(follow_path(world), token=False)
    expect((status, body[-1][0]) == (200, "serialized-error"), f"it is refused with {status} {body}")


@rule("C6", "the stream completes after a deletion, unless it was taken back")
def _(world):
    conversation = {"conversationId": world.create()}
    world.me.mutate("conversations.delete", conversation)
    world.me.mutate("conversations.restore", conversation)
    types = []
    for name, records, _ in world.me.subscribe("conversations.follow", {**conversation, "lastEventId": "0"}):
        expect(name != "return" or types[-1:] == ["conversation-deleted"], f"it ends after {types}")
        types += [record["event"]["type"] for record in records or []]
        if types[-1:] == ["conversation-restored"]:
            world.me.mutate("conversations.delete", conversation)
    expect(types[-1:] == ["conversation-deleted"], f"it ends after {types}")


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


# Messages


@rule("M2", "siblingIds holds the children of one parent in the order of their message-added")
def _(world):
    children = {}
    for message in everything(world):
        children.setdefault(message["parentId"], []).append(message)
    order = [event["message"]["id"] for event in events(world, "message-added")]
    for group in children.values():
        ids = {message["id"] for message in group}
        for message in group:
            known = [one for one in message["siblingIds"] if one in order]
            expect(set(message["siblingIds"]) == ids, f"{message['id']} has other siblings")
            expect(known == sorted(known, key=order.index), f"the siblings of {message['id']} are in another order")


@rule("M3", "the children of a removed message hang on its parent")
def _(world):
    below = [message for message in everything(world) if message["id"] == world.first["assistantMessageId"]]
    expect(below and below[0]["parentId"] is None, "the answer did not become a root")


@rule("M5", "the pages of a path, read upwards, are the path")
def _(world):
    whole = world.me.query("messages.list", {"conversationId": world.conversation_id, "leafId": world.edited})["messages"]
    path, before = [], None
    while True:
        value = {"conversationId": world.conversation_id, "leafId": world.edited, "limit": 1, "before": before}
        page = world.me.query("messages.list", value)
        path, before = page["messages"] + path, page["nextCursor"]
        if before is None:
            break
    expect(path == whole, "they are another path")


@rule("E10", "content is all text parts joined by nothing")
def _(world):
    for message in everything(world):
        expect(message["content"] == content_of(message), f"that of {message['id']} is not")


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


def events(world, *types):
    return [record["event"] for record in world.log if record["event"]["type"] in types]


def everything(world):
    """All messages on all branches."""
    return world.me.query("conversations.export", {"conversationId": world.conversation_id, "limit": 200})["messages"]


def follow_path(world):
    value = {"conversationId": world.conversation_id}
    return world.me.address("conversations.follow", value)[len(world.url) :]


def without_times(log):
    """[L6] Only the times of deltas may be rounded down."""
    return [(record["seq"], record["event"]) for record in log]


def check(url):
    """Prints a line for each rule. Gives the exit code."""
    world = World(url)
    failures = 0
    try:
        for rule_id, title, apply in RULES:
            try:
                apply(world)
                print(f"[{rule_id}] ok       {title}", flush=True)
            except Skipped as why:
                print(f"[{rule_id}] skipped  {title}: {why}", flush=True)
            except (Failed, Refused) as why:
                failures += 1
                print(f"[{rule_id}] FAILED   {title}: {why}", flush=True)
    finally:
        world.clean_up()
    print(f"{len(RULES)} rules, {failures} failed")
    return 1 if failures else 0
