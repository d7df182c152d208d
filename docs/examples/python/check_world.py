"""What rules look at: a server, two of its users, and a conversation."""

import json
import os
import threading
import urllib.error
import urllib.request
import uuid

from client import Client, NeedsPerson, Refused, Session, read_events


# The rules: `(id, title, function of a world)`, where the function raises Failed or Skipped.
RULES = []


class Failed(Exception):
    """A rule does not hold."""


class Skipped(Exception):
    """A rule cannot be tried here."""


class World:
    """A server, two users of it, and a conversation with two questions, a second answer, an edit and a deletion."""

    def __init__(self, url):
        self.url = url
        self.me = Client(Session(url, os.environ.get("HOLDFAST_TOKEN")))
        self._other = None
        self._made = []
        self._heartbeats = threading.Thread(target=self._wait_for_heartbeat, daemon=True)
        self.heartbeat = None
        self.idle = self.create()
        self._heartbeats.start()
        self.start = self.me.query("conversations.get", {"conversationId": self.create()})
        self.conversation_id = self.start["conversation"]["id"]
        self.command = {"requestId": new_id(), "conversationId": self.conversation_id, "content": "Say one word."}
        self.first = self.me.mutate("messages.send", self.command)
        self.first_complete = self.me.mutate("messages.complete", self.command)
        self.second = self.send("Say another one.")
        self.again = self.change("regenerate", self.second["assistantMessageId"])["assistantMessageId"]
        self.edited = self.change("edit", self.second["userMessageId"], content="Say a third one.")["assistantMessageId"]
        self.settle()
        self.change("delete", self.first["userMessageId"])
        self.snapshot = self.me.query("conversations.get", {"conversationId": self.conversation_id})
        self.cursor = int(self.snapshot["cursor"])
        self.items = self.read("0", self.cursor)
        self.log = [record for records, _ in self.items for record in records][: self.cursor]

    @property
    def other(self):
        if self._other is None:
            self._other = Client(Session(self.url, os.environ.get("HOLDFAST_OTHER_TOKEN")))
            try:
                self._other.session.token()
            except NeedsPerson as error:
                raise Skipped(f"there is no second user: {error}") from error
        return self._other

    def create(self):
        conversation_id = self.me.mutate("conversations.create", {})["id"]
        self._made.append(conversation_id)
        return conversation_id

    def send(self, content):
        """Sends a question and waits for its answer."""
        command = {"requestId": new_id(), "conversationId": self.conversation_id, "content": content}
        sent = self.me.mutate("messages.send", command)
        self.me.mutate("messages.complete", command)
        return sent

    def change(self, kind, message_id, **more):
        return self.me.mutate(f"messages.{kind}", {"requestId": new_id(), "messageId": message_id, **more})

    def settle(self):
        """Waits until no answer is being written."""
        for fold in self.me.follow(self.conversation_id):
            if not fold.conversation["hasActiveGeneration"]:
                return

    def read(self, cursor, until, conversation_id=None):
        """The items `(records, id)` of one connection from a cursor on, until one reaches a seq."""
        value = {"conversationId": conversation_id or self.conversation_id}
        if cursor is not None:
            value["lastEventId"] = cursor
        items = []
        for name, records, event_id in self.me.subscribe("conversations.follow", value):
            if name == "return":
                return items
            items.append((records, event_id))
            if int(event_id) >= until:
                return items

    def raw(self, path, value=None, headers=None, token=True):
        """`(status, headers, body)` of any request; the body of a stream is the first two events of it, as `(name, data, id)`."""
        request = urllib.request.Request(self.url + path, headers=headers or {})
        if token:
            request.add_header("Authorization", f"Bearer {self.me.session.token()}")
        if value is not None:
            request.data = json.dumps(value).encode()
            request.add_header("Content-Type", "application/json")
        try:
            response = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            if response.headers.get_content_type() == "text/event-stream":
                events = read_events(response)
                first = next(events)
                body = [first, next(events)]
            else:
                body = response.read().decode()
            return response.status, response.headers, body

    def refusal(self, call, *arguments):
        """The error that a call is refused with."""
        try:
            call(*arguments)
        except Refused as error:
            return error
        raise Failed(f"{' '.join(map(str, arguments))} was not refused")

    def wait_for_heartbeat(self):
        self._heartbeats.join(15 + 5)
        return self.heartbeat

    def clean_up(self):
        for conversation_id in self._made:
            self.me.mutate("conversations.delete", {"conversationId": conversation_id, "permanent": True})

    def _wait_for_heartbeat(self):
        for _, records, event_id in self.me.subscribe("conversations.follow", {"conversationId": self.idle}):
            if records == []:
                self.heartbeat = event_id
                return


def rule(rule_id, title):
    """Adds the function below it to the rules."""

    def add(apply):
        RULES.append((rule_id, title, apply))
        return apply

    return add


def new_id():
    return str(uuid.uuid4())


def expect(condition, why):
    if not condition:
        raise Failed(why)
