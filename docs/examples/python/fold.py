"""The fold of PROTOCOL.md: the events of a conversation's log, applied one after the other, give its state.

Offsets count UTF-16 units, Python's strings count code points, and a delta may end between the two halves of a surrogate pair: the
halves are put together here as they meet, so that a finished text is an ordinary string.
"""

ACTIVE = ("queued", "generating", "waiting")


class Gap(Exception):
    """A seq or an offset is missing [F3]: follow again without a cursor."""


def units(text):
    """The length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def drop_units(text, count):
    """The text without its first UTF-16 units."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return encoded[2 * count :].decode("utf-16-le", "surrogatepass")


def join(left, right):
    """Both texts as one; a pair of surrogates that was cut in two becomes its character again."""
    if left and right and "\ud800" <= left[-1] <= "\udbff" and "\udc00" <= right[0] <= "\udfff":
        pair = (left[-1] + right[0]).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        return left[:-1] + pair + right[1:]
    return left + right


class Fold:
    """What a reader knows of one conversation.

    conversation  a Conversation of API.md, or None before the first snapshot
    messages      id -> Message, in the order in which they were added [M1]
    cursor        the seq of the last event applied, or None
    next_cursor   `before` of the page of the path above, or None at its root
    retries       message id -> the `generation-retry` that is shown for it; `stalled` holds ids alike
    is_deleted    the conversation is in the trash or gone
    """

    def __init__(self, cursor=None):
        self.conversation = None
        self.messages = {}
        self.cursor = cursor
        self.next_cursor = None
        self.retries = {}
        self.stalled = set()
        self.is_deleted = False
        self._lengths = {}

    def apply(self, record):
        """Applies one record, and may change it. Raises Gap when something before it is missing."""
        seq, event = record["seq"], record["event"]
        if event["type"] == "snapshot":
            if self.conversation is None or seq > self.cursor:
                self.replace(event)
            return
        if self.cursor is None:
            raise Gap("there is no state to apply an event to")
        if seq <= self.cursor:
            return
        if seq != self.cursor + 1:
            raise Gap(f"seq {seq} follows {self.cursor}")
        self._change(event, record["at"])
        self.cursor = seq

    def to_json(self):
        return {
            "conversation": self.conversation,
            "messages": list(self.messages.values()),
            "cursor": str(self.cursor),
            "nextCursor": self.next_cursor,
        }

    def replace(self, snapshot):
        """Takes a snapshot that a follow delivered, whatever its seq [C10]."""
        self.conversation = snapshot["conversation"]
        self.messages = {message["id"]: message for message in snapshot["messages"]}
        self.cursor = int(snapshot["cursor"])
        self.next_cursor = snapshot["nextCursor"]
        self.retries, self.stalled, self.is_deleted, self._lengths = {}, set(), False, {}

    def _change(self, event, at):
        kind = event["type"]
        apply = getattr(self, "_on_" + kind.replace("-", "_"), None)
        if apply is None:
            return  # A type that this program does not know [F2].
        if kind in OF_MESSAGES:
            message = self.messages.get(event["messageId"])
            self._clear_notices(event)
            if message is not None:
                apply(message, event, at)
                if kind not in NOTICES:
                    message["updatedAt"] = at
        else:
            apply(event, at)
        self._derive_state()
        if kind == "generation-ended":
            self._end(event, at)

    def _clear_notices(self, event):
        if event["type"] in PROGRESS:
            self.retries.pop(event["messageId"], None)
            self.stalled.discard(event["messageId"])

    def _derive_state(self):
        """[E22]"""
        if self.conversation is None:
            return
        active = [message for message in self.messages.values() if message["status"] in ACTIVE]
        was_active, self.conversation["hasActiveGeneration"] = self.conversation["hasActiveGeneration"], bool(active)
        if any(message["status"] == "waiting" for message in active):
            self.conversation["state"] = "waiting"
        elif any(part.get("state") == "running" for message in active for part in message["parts"]):
            self.conversation["state"] = "executing"
        elif active:
            self.conversation["state"] = "thinking"
        elif was_active:
            self.conversation["state"] = "idle"

    def _end(self, event, at):
        if self.conversation is None:
            return
        self.conversation.update(unread=True, updatedAt=at)
        if not self.conversation["hasActiveGeneration"]:
            self.conversation["state"] = "error" if event["status"] in ("error", "interrupted") else "idle"

    # Conversations

    def _on_conversation_updated(self, event, at):
        self.conversation = event["conversation"]

    def _on_conversation_deleted(self, event, at):
        self.is_deleted = True

    def _on_conversation_restored(self, event, at):
        self.is_deleted = False

    def _on_message_added(self, event, at):
        message = event["message"]
        self.messages[message["id"]] = message
        self._set_siblings(message["siblingIds"])
        if self.conversation is not None:
            self.conversation["messageCount"] += 1
            self.conversation.update(activeMessageId=message["id"], updatedAt=at)

    def _on_message_removed(self, event, at):
        removed = self.messages.pop(event["messageId"], None)
        for message in self.messages.values():
            if message["parentId"] == event["messageId"] and ("parentId" in event or removed):
                message["parentId"] = event["parentId"] if "parentId" in event else removed["parentId"]
        self._set_siblings(event["siblingIds"])

    def _set_siblings(self, ids):
        for one in ids:
            if one in self.messages:
                self.messages[one]["siblingIds"] = list(ids)

    # Generations

    def _on_generation_queued(self, event, at):
        if event["messageId"] not in self.messages and event.get("message"):
            self.messages[event["messageId"]] = event["message"]
        message = self.messages.get(event["messageId"])
        if message is not None:
            message.update(status="queued", error=None, updatedAt=at)
            self._drop_end_notes(message)

    def _drop_end_notes(self, message):
        notes = [note for note in message.get("notes", []) if note["kind"] not in END_NOTES]
        set_or_drop(message, "notes", notes)

    def _on_generation_started(self, message, event, at):
        message.update(status="generating", error=None, model=event["model"])

    def _on_generation_waiting(self, message, event, at):
        message["status"] = "waiting"

    def _on_generation_retry(self, message, event, at):
        self.retries[event["messageId"]] = event

    def _on_generation_stalled(self, message, event, at):
        change = self.stalled.discard if event.get("isOver") else self.stalled.add
        change(event["messageId"])

    def _on_generation_note(self, message, event, at):
        note = event["note"]
        others = [other for other in message.get("notes", []) if other["kind"] != note["kind"]]
        message["notes"] = [*others, note]

    def _on_generation_ended(self, message, event, at):
        message.update(status=event["status"], usage=event["usage"], error=event.get("error"))
        if "costMicroUsd" in event:
            message["costMicroUsd"] = event["costMicroUsd"]

    # Parts

    def _on_text_delta(self, message, event, at):
        part, added = self._add_text(message, event, "text")
        is_last = part is message["parts"][-1]
        message["content"] = join(message["content"], added) if is_last else content_of(message)

    def _on_reasoning_delta(self, message, event, at):
        part, _ = self._add_text(message, event, "reasoning")
        if "durationMs" in event:
            part["durationMs"] = event["durationMs"]

    def _add_text(self, message, event, kind):
        """[E10] [F4]"""
        parts, index = message["parts"], event["part"]
        if index == len(parts):
            parts.append({"type": kind, "text": ""})
        if index >= len(parts) or parts[index]["type"] != kind:
            raise Gap(f"part {index} is missing")
        part, key = parts[index], (message["id"], index)
        length = self._lengths.get(key)
        if length is None:
            length = units(part["text"])
        offset, text = event["offset"], event["text"]
        if offset > length:
            raise Gap(f"offset {offset} is behind the end, {length}")
        if offset < length:
            text = drop_units(text, length - offset)
        part["text"] = join(part["text"], text)
        self._lengths[key] = length + units(text)
        return part, text

    def _on_text_was_reasoning(self, message, event, at):
        index, offset = event["part"], event["offset"]
        text = message["parts"][index]["text"]
        thoughts = {"type": "reasoning", "text": drop_units(text, offset)}
        if "durationMs" in event:
            thoughts["durationMs"] = event["durationMs"]
        if offset == 0:
            message["parts"][index] = thoughts
        else:
            kept = text.encode("utf-16-le", "surrogatepass")[: 2 * offset].decode("utf-16-le", "surrogatepass")
            message["parts"][index:] = [{"type": "text", "text": kept}, thoughts]
        self._lengths.clear()
        message["content"] = content_of(message)

    def _on_file_added(self, message, event, at):
        self._append_part(message, event, event["file"])

    def _on_tool_call(self, message, event, at):
        call = {key: event[key] for key in ("callId", "name", "args")}
        self._append_part(message, event, {"type": "tool-call", **call, "state": "pending"})

    def _append_part(self, message, event, part):
        if event["part"] > len(message["parts"]):
            raise Gap(f"part {event['part']} comes too early")
        if event["part"] == len(message["parts"]):
            message["parts"].append(part)

    def _on_tool_call_updated(self, message, event, at):
        part = find_call(message, event)
        part["state"] = event["state"]
        for key in ("expiresAt", "question", "form", "changedArgs", "progress"):
            if key in event:
                part[key] = event[key]
        if event["state"] in ("pending", "waiting", "running"):
            part.pop("error", None)
        if event["state"] != "running":
            part.pop("progress", None)
        set_or_drop(part, "awaitsOutcome", event.get("awaitsOutcome"))

    def _on_tool_result(self, message, event, at):
        part = find_call(message, event)
        part.pop("progress", None)
        if "durationMs" in event:
            part["durationMs"] = event["durationMs"]
        if "error" in event:
            part["error"] = event["error"]
            if part["state"] not in ("denied", "unknown"):
                part["state"] = "failed"
        else:
            part.pop("error", None)
            part.update(state="done", result=event.get("result"))

    def _on_remark_added(self, message, event, at):
        pending, remark = message.get("pendingRemarks", []), event["remark"]
        if all(other.get("remarkId") != remark["remarkId"] for other in [*pending, *message["parts"]]):
            message["pendingRemarks"] = [*pending, remark]

    def _on_remark_taken(self, message, event, at):
        remark = event["remark"]
        if all(part.get("remarkId") != remark["remarkId"] for part in message["parts"]):
            self._append_part(message, event, remark)
        pending = [other for other in message.get("pendingRemarks", []) if other["remarkId"] != remark["remarkId"]]
        set_or_drop(message, "pendingRemarks", pending)
        self._drop_end_notes(message)

    def _on_reaction_changed(self, message, event, at):
        reactions, user = message.get("reactions", []), event["userId"]
        known = next((each for each in reactions if each["reaction"] == event["reaction"]), None)
        if known is None:
            known = {"reaction": event["reaction"], "userIds": []}
            reactions = [*reactions, known]
        others = [other for other in known["userIds"] if other != user]
        if not event["on"]:
            known["userIds"] = others
        elif user not in known["userIds"]:
            known["userIds"].append(user)
        set_or_drop(message, "reactions", [each for each in reactions if each["userIds"]])


def find_call(message, event):
    for part in message["parts"]:
        if part.get("callId") == event["callId"] and part["type"] == "tool-call":
            return part
    raise Gap(f"the tool call {event['callId']} is missing")


def content_of(message):
    content = ""
    for part in message["parts"]:
        if part["type"] == "text":
            content = join(content, part["text"])
    return content


def set_or_drop(target, key, value):
    if value:
        target[key] = value
    else:
        target.pop(key, None)


# Events of one message, which must be loaded; the others look for what they change themselves.
OF_MESSAGES = {
    "generation-started", "generation-waiting", "generation-retry", "generation-stalled", "generation-note", "generation-ended",
    "text-delta", "reasoning-delta", "text-was-reasoning", "file-added", "tool-call", "tool-call-updated", "tool-result",
    "remark-added", "remark-taken", "reaction-changed",
}  # fmt: skip
# Events that end the notice of a retry [E16] or of a stall [E25].
PROGRESS = {
    "generation-started", "text-delta", "reasoning-delta", "file-added", "tool-call", "generation-ended", "remark-taken",
}  # fmt: skip
NOTICES = ("generation-retry", "generation-stalled")
END_NOTES = ("cut-at-limit", "stopped-after-steps")
