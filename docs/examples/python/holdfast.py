#!/usr/bin/env python3
"""A client of Holdfast that was written from docs/PROTOCOL.md and docs/API.md, with Python's standard library alone.

holdfast.py ask "question" [--conversation ID]       prints the answer while it is written, over broken connections
holdfast.py list                                     the newest conversations
holdfast.py show ID [--json] [--from C] [--until C]  the active path, or all that is known; from a cursor on, and until a cursor is reached
holdfast.py watch ID                                 a line of JSON with all that is known, after each batch, until the conversation is deleted
holdfast.py fold                                     reads an array of records from each line, and prints the states as JSON
holdfast.py check                                    tries rules of PROTOCOL.md against the server

HOLDFAST_URL      the server's address, http://localhost:3000 by default
HOLDFAST_TOKEN    a personal access token; without one the program is a guest
HOLDFAST_SESSION  the file with the guest's cookie, ~/.holdfast-guest.json by default
"""

import argparse
import json
import os
import sys
import uuid

from client import Client, NeedsPerson, Refused, Session
from fold import ACTIVE, Fold


def ask(client, question, conversation_id=None):
    """Sends a question and prints the answer as it grows. Gives the exit code."""
    sent = {"requestId": str(uuid.uuid4()), "content": question, "assistantMessageId": str(uuid.uuid4())}
    # The client's own id makes a repeat after a lost answer the same conversation.
    new = {"conversationId": str(uuid.uuid4()), "create": True}
    answer = client.mutate("messages.send", {**sent, **({"conversationId": conversation_id} if conversation_id else new)})
    shown = ""
    for fold in client.follow(answer["conversationId"]):
        message = fold.messages.get(answer["assistantMessageId"])
        if message is None:
            continue
        is_active = message["status"] in ACTIVE
        shown = print_growth(shown, message["content"], is_active)
        if message["status"] == "waiting" or not is_active:
            print()
            return finish(answer["conversationId"], message)
    raise SystemExit("the conversation was deleted")


def print_growth(shown, content, may_grow):
    """Prints what is new of a text, and gives what is printed of it."""
    if may_grow and content and "\ud800" <= content[-1] <= "\udbff":
        content = content[:-1]  # The other half of this character is still to come.
    if not content.startswith(shown):
        print("\n")  # Some of it was reasoning [E23].
        shown = ""
    print(content[len(shown) :], end="", flush=True)
    return content


def finish(conversation_id, message):
    if message["status"] == "completed":
        return 0
    why = message["error"]["message"] if message["error"] else "a tool call waits for a person"
    print(f"[{message['status']}] {why if message['status'] != 'cancelled' else ''}\n{conversation_id}", file=sys.stderr)
    return 1


def show(client, arguments):
    fold = Fold(None if arguments.start is None else int(arguments.start))
    for state in client.follow(arguments.conversation, fold):
        if state.cursor is not None and state.cursor >= arguments.until:
            break
    if arguments.json:
        print(json.dumps(fold.to_json()))
        return
    print(fold.conversation["title"])
    for message in path_of(fold):
        print(f"\n{message['role']} [{message['status']}]\n{message['content']}")


def watch(client, conversation_id):
    for fold in client.follow(conversation_id):
        print(json.dumps(fold.to_json()), flush=True)


def path_of(fold):
    """The messages from the top of the loaded page down to the active one."""
    path, message = [], fold.messages.get(fold.conversation["activeMessageId"])
    while message is not None:
        path.insert(0, message)
        message = fold.messages.get(message["parentId"])
    return path


def fold_lines(lines):
    """Prints the state that each line, an array of records, gives."""
    for line in lines:
        fold = Fold()
        for record in json.loads(line):
            fold.apply(record)
        print(json.dumps(fold.to_json()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    asking = commands.add_parser("ask")
    asking.add_argument("question")
    asking.add_argument("--conversation")
    commands.add_parser("list")
    showing = commands.add_parser("show")
    showing.add_argument("conversation")
    showing.add_argument("--json", action="store_true")
    showing.add_argument("--from", dest="start", metavar="CURSOR")
    showing.add_argument("--until", type=int, default=0, metavar="CURSOR")
    commands.add_parser("watch").add_argument("conversation")
    commands.add_parser("fold")
    commands.add_parser("check")
    arguments = parser.parse_args()

    # Text of a model may hold half a surrogate pair, which no terminal takes.
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    if arguments.command == "fold":
        fold_lines(sys.stdin)
        return 0
    url = os.environ.get("HOLDFAST_URL", "http://localhost:3000").rstrip("/")
    if arguments.command == "check":
        from check import check

        return check(url)
    path = os.environ.get("HOLDFAST_SESSION", os.path.expanduser("~/.holdfast-guest.json"))
    client = Client(Session(url, os.environ.get("HOLDFAST_TOKEN"), path))
    if arguments.command == "ask":
        return ask(client, arguments.question, arguments.conversation)
    if arguments.command == "list":
        for conversation in client.query("conversations.list", {"limit": 30})["items"]:
            print(conversation["id"], conversation["updatedAt"], conversation["title"], sep="  ")
    elif arguments.command == "watch":
        watch(client, arguments.conversation)
    else:
        show(client, arguments)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Refused, NeedsPerson) as error:
        sys.exit(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # The reader of our output has left.
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
