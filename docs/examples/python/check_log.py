"""Rules about the log, messages and following."""

import copy

from check_world import expect, new_id, rule
from fold import Fold, content_of, units


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


@rule("M7", "conversations.at gives the fold of the log up to a cursor")
def _(world):
    fold = Fold()
    fold.replace(copy.deepcopy(world.start))
    for record in copy.deepcopy(world.log):
        fold.apply(record)
        if fold.cursor % 4 == 0:
            value = {"conversationId": world.conversation_id, "cursor": str(fold.cursor)}
            then = world.me.query("conversations.at", value)
            expect(then["conversation"] == fold.conversation, f"at {fold.cursor} the conversation is another one")
            others = [message["id"] for message in then["messages"] if message != fold.messages.get(message["id"])]
            expect(not others, f"at {fold.cursor} the messages {others} are other ones")


@rule("L4", "title, pin, archive and active branch are in the log")
def _(world):
    conversation_id = world.create()
    changes = [{"title": "A title"}, {"pinned": True}, {"archived": True}]
    for change in changes:
        world.me.mutate("conversations.update", {"conversationId": conversation_id, **change})
    cursor = int(world.me.query("conversations.get", {"conversationId": conversation_id})["cursor"])
    log = [record["event"] for records, _ in world.read("0", cursor, conversation_id) for record in records]
    for change in changes:
        found = any(change.items() <= event.get("conversation", {}).items() for event in log)
        expect(found, f"{change} is not in it")


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


@rule("V5", "stream.follow carries several subscriptions, and refuses one without ending the others")
def _(world):
    paths = {"1": {"conversationId": new_id()}, "2": {"conversationId": world.conversation_id}, "3": {}}
    value = [
        {"key": key, "path": "conversations.follow" if "conversationId" in own else "activity.follow", "input": own}
        for key, own in paths.items()
    ]
    types = {}
    for _, item, _ in world.me.subscribe("stream.follow", {"subscriptions": value}):
        types.setdefault(item["key"], item["type"])
        if len(types) == len(paths):
            break
    expect(types == {"1": "error", "2": "data", "3": "data"}, f"they begin with {types}")


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
