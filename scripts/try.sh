#!/usr/bin/env bash
# One conversation with a running server, with curl alone: sign in as a guest, send a message, follow the answer as it is written.
# Usage: try.sh [http://127.0.0.1:3000] [message]
set -euo pipefail

url=${1:-http://127.0.0.1:3000}
message=${2:-Hello! What can you do?}
cookies=$(mktemp)
trap 'rm -f "$cookies"' EXIT

# The value of a string in a line of JSON: enough for ids, tokens and states, which hold nothing that is escaped.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
uuid() { cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen | tr '[:upper:]' '[:lower:]'; }
quoted() { printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' | tr '\n\t' '  '; }

# 1. A new guest, and a token that lives for some minutes.
curl -sS -f -X POST -c "$cookies" -o /dev/null "$url/api/auth/sign-in/anonymous"
token=$(curl -sS -f -b "$cookies" "$url/api/auth/token" | field token)

# 2. The command. It returns immediately; the answer is written in the background, whether or not anyone follows. Sent again with the same
#    requestId it would change nothing.
body="{\"requestId\":\"$(uuid)\",\"content\":\"$(quoted "$message")\"}"
sent=$(curl -sS -f "$url/trpc/messages.send" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d "$body")
conversation=$(field conversationId <<<"$sent")

# 3. The log of that conversation from its beginning, as server-sent events. Every item has an id: after a lost connection the same
#    request with the last id as lastEventId continues exactly there.
delta='"type":"text-delta"[^}]*"text":"(([^"\\]|\\.)*)"'
ended='"type":"generation-ended"[^}]*"status":"([a-z]+)"'
status=
while IFS= read -r line; do
  rest=${line#data: }
  [[ $rest != "$line" ]] || continue
  while [[ $rest =~ $delta ]]; do
    text=${BASH_REMATCH[1]//\\\"/\\x22}
    rest=${rest#*"${BASH_REMATCH[0]}"}
    printf '%b' "$text"
  done
  if [[ $line =~ $ended ]]; then status=${BASH_REMATCH[1]} && break; fi
done < <(
  curl -sS -f -N -G "$url/trpc/conversations.follow" \
    --data-urlencode "input={\"conversationId\":\"$conversation\",\"lastEventId\":\"0\"}" \
    -H "Authorization: Bearer $token" -H 'Accept: text/event-stream' 2>/dev/null
)

printf '\n\n[%s]\n' "${status:-the stream ended early}"
[[ $status == completed ]]
