"""Calls of a Holdfast server over HTTP, and its subscriptions over server-sent events, with the standard library alone."""

import http.client
import json
import os
import random
import time
import urllib.error
import urllib.parse
import urllib.request

from fold import Fold, Gap

SILENCE_SECONDS = 30  # [C5] Longer than that without a heartbeat: the connection is dead.
TRIES = 10
BROKEN = (OSError, http.client.HTTPException)


class Refused(Exception):
    """An error of the server: `code`, and `reason`, `retryAfterMs` and `issues` where it has them."""

    def __init__(self, error):
        data = error.get("data", {})
        super().__init__(f"{data.get('code')}: {error.get('message')}")
        self.code = data.get("code")
        self.status = data.get("httpStatus", 500)
        self.reason = data.get("reason")
        self.retry_after_ms = data.get("retryAfterMs")
        self.issues = data.get("issues")


class Unreachable(OSError):
    """An answer that is not the server's, for example a proxy's page [X5]."""


class NeedsPerson(Exception):
    """No token is to be had without a person."""


class Session:
    """Gives the token of each call: a personal access token, or the JWT of a guest whose cookie is kept in a file."""

    def __init__(self, url, token=None, path=None):
        self.url = url
        self._fixed = token
        self._path = path
        self._cookie = None
        self._token = None
        self._read_at = 0.0

    def token(self):
        if self._fixed:
            return self._fixed
        # [S3] A JWT lives for five minutes, counted from when it arrived.
        if self._token is None or time.monotonic() - self._read_at > 180:
            self.renew()
        return self._token

    def renew(self):
        """Asks for a new token. Raises NeedsPerson [S7] [N8]."""
        if self._fixed:
            raise NeedsPerson("the server refuses the token of HOLDFAST_TOKEN")
        self._cookie = self._cookie or self._load() or self._sign_in()
        try:
            answer = self._ask("/api/auth/token", {"Cookie": self._cookie})
        except urllib.error.HTTPError as error:
            if error.code == 401:
                raise NeedsPerson(f"the guest's session has ended: remove {self._path} to begin as another one") from error
            raise
        self._token, self._read_at = json.load(answer)["token"], time.monotonic()

    def _sign_in(self):
        try:
            answer = self._ask("/api/auth/sign-in/anonymous", {}, method="POST")
        except urllib.error.HTTPError as error:
            if error.code == 403:
                raise NeedsPerson(f"the server takes no guests: {error.read().decode()}") from error
            raise
        cookie = "; ".join(value.split(";")[0] for value in answer.headers.get_all("Set-Cookie", []))
        if self._path:
            cookies = {**self._load_all(), self.url: cookie}
            with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(cookies, file)
        return cookie

    def _ask(self, path, headers, method="GET"):
        request = urllib.request.Request(self.url + path, headers=headers, method=method)
        return urllib.request.urlopen(request, timeout=SILENCE_SECONDS)

    def _load(self):
        return self._load_all().get(self.url)

    def _load_all(self):
        if not self._path or not os.path.exists(self._path):
            return {}
        with open(self._path) as file:
            return json.load(file)


class Client:
    def __init__(self, session):
        self.session = session

    def query(self, path, value=None):
        return self._call(path, value, None)

    def mutate(self, path, value):
        """Sends a command. One that carries a `requestId` is done once, however often it is sent [R1]."""
        return self._call(path, None, json.dumps(value).encode())

    def follow(self, conversation_id, fold=None):
        """Yields the fold after each batch of a conversation's events, over broken connections, until the server ends it [V2].

        Raises Refused, for example with NOT_FOUND [C9].
        """
        fold = fold or Fold()
        cursor, failures, is_renewed = fold.cursor, 0, False
        while True:
            value = {"conversationId": conversation_id}
            if cursor is not None:
                value["lastEventId"] = str(cursor)
            try:
                for name, records, _ in self.subscribe("conversations.follow", value):
                    if name == "return":
                        return
                    failures, is_renewed = 0, False
                    for record in records:
                        if record["event"]["type"] == "snapshot":
                            fold.replace(record["event"])
                        else:
                            fold.apply(record)
                    cursor = fold.cursor
                    yield fold
            except Gap:
                cursor = None
            except Refused as refusal:
                if refusal.code == "UNAUTHORIZED" and not is_renewed:
                    is_renewed = True
                    self.session.renew()
                    continue
                if refusal.retry_after_ms is not None:
                    time.sleep(refusal.retry_after_ms / 1000)
                elif refusal.status < 500:
                    raise
            except BROKEN:
                pass  # It may have broken off anywhere: the cursor says where to go on.
            wait(failures)
            failures += 1

    def subscribe(self, path, value):
        """Yields `(name, data, id)` of one connection: items have the name `message`, and the end is `return`."""
        with self._open(self.address(path, value), None, {"Accept": "text/event-stream"}) as response:
            for name, data, event_id in read_events(response):
                if name == "serialized-error":
                    raise Refused(json.loads(data))
                if name == "message":
                    yield name, json.loads(data), event_id
                elif name == "return":
                    yield name, None, None
                    return

    def _call(self, path, value, body):
        failures, is_renewed = 0, False
        while True:
            try:
                with self._open(self.address(path, value), body, {}) as response:
                    return read_json(response)["result"]["data"]
            except Refused as refusal:
                if refusal.code == "UNAUTHORIZED" and not is_renewed:
                    is_renewed = True
                    self.session.renew()
                    continue
                if failures == TRIES or (refusal.retry_after_ms is None and refusal.reason != "storage-full"):
                    raise
                time.sleep((refusal.retry_after_ms or 0) / 1000)
            except BROKEN:
                if failures == TRIES:
                    raise
            wait(failures)
            failures += 1

    def address(self, path, value):
        query = "" if value is None else "?input=" + urllib.parse.quote(json.dumps(value), safe="")
        return f"{self.session.url}/trpc/{path}{query}"

    def _open(self, address, body, headers):
        headers = {"Authorization": f"Bearer {self.session.token()}", **headers}
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(address, body, headers)
        try:
            return urllib.request.urlopen(request, timeout=SILENCE_SECONDS)
        except urllib.error.HTTPError as error:
            with error:
                answer = read_json(error)
            raise Refused(answer["error"]) from error


def read_json(response):
    """The body of an answer of tRPC. Raises Unreachable for one that is something else."""
    try:
        answer = json.load(response)
        if "result" in answer or "error" in answer:
            return answer
    except (ValueError, TypeError):
        pass
    raise Unreachable("the answer is not Holdfast's")


def read_events(response):
    """The server-sent events of a stream as `(name, data, id)`, until it ends."""
    name, data, event_id = "message", [], None
    for line in response:
        field, _, value = line.decode().rstrip("\r\n").partition(":")
        value = value[1:] if value.startswith(" ") else value
        if not line.strip():
            if data or name != "message":
                yield name, "\n".join(data), event_id
            name, data, event_id = "message", [], None
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif field == "id":
            event_id = value


def wait(failures):
    """[N1]"""
    time.sleep(min(15, 0.25 * 2**failures) * random.uniform(0.5, 1.5))
