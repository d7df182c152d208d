/** What each event means. */
export const eventNotes: Readonly<Record<string, string>> = {
  'conversation-deleted': 'The conversation was moved to the trash or permanently deleted. The stream completes.',
  'conversation-restored': 'The conversation was restored from the trash.',
  'conversation-updated': 'Title, pin, model, instructions, active branch or another field has changed.',
  'file-added':
    'The answer has a file: a picture that the model made, or one that a tool gave (`file.callId`). It is part number `part`.',
  'generation-ended': 'The answer has its final status; nothing more is written to it unless it is continued.',
  'generation-note':
    'A note about this answer: the start of the conversation was left out, or the provider truncated the prompt. At most one of each kind.',
  'generation-queued': 'An answer that had ended, waited, or was handed over to another worker is queued again.',
  'generation-retry': 'The provider did not answer; the next attempt follows after `delayMs`.',
  'reaction-changed': 'A user gave a message a reaction, or took it back.',
  'generation-stalled': 'The node that writes the answer gives no sign of life; another one takes over soon.',
  'generation-started': 'A worker generates the answer. `attempt` counts the attempts so far.',
  'generation-waiting': 'A tool call must be approved or denied before the answer continues.',
  'message-added': 'A message, empty or complete. It comes after all messages added before it in the log.',
  'message-removed': 'The children of the message now belong to its parent; `siblingIds` are all children of that parent.',
  'reasoning-delta': 'Like `text-delta`, for the reasoning that a model reveals.',
  'remark-added': 'A person gave the running answer a remark; its model has not got it yet.',
  'remark-taken': 'The model gets the remark: it is part number `part` of the answer, and a further step follows.',
  snapshot: 'The state at `cursor`. It replaces everything that the reader knew before.',
  'text-delta': 'Text at the end of part number `part`; `offset` is the length of that part before it, in UTF-16 units.',
  'text-was-reasoning':
    'The text of part number `part`, from `offset` on, was reasoning: the model closed its thoughts without having opened them. What follows is a new part.',
  'tool-call': 'The model calls a tool.',
  'tool-call-updated':
    'The call waits for an approval or asks a question (`form`), runs, reports how far it is, was denied, or its outcome is unknown.',
  'tool-result': 'The result of the tool, or why it failed.',
}

/** What each `data.reason` means, and what a client does about it. */
export const reasonNotes: Readonly<Record<string, string>> = {
  'file-not-ready': 'A file of this message is still being uploaded or examined: send the message when `files.get` says `ready`.',
  'older-than-log': 'What happened at that time is not kept any more: `conversations.moments` says how far back it is.',
  'file-refused': 'A file of this message was refused, so it cannot be sent: `files.get` says why.',
  'id-taken': 'The id that the client generated belongs to something else: generate another one.',
  'not-continuable': 'That answer cannot be continued: it is running, has no text, or was completed without reaching a limit.',
  'not-editable':
    "That message cannot be changed this way: only the user's own messages can be edited, only answers can be regenerated.",
  'not-steerable': 'That answer takes no remark: it has ended or is being stopped, so send a message; or it has 20 that wait.',
  'not-undoable': 'That answer is still being written: undo its changes when it has ended.',
  'admin-only': 'Only an administrator may do this.',
  'budget-exceeded':
    'A limit of tokens, money, steps or room is reached: `data.retryAfterMs` says when there is room again, if time alone brings it.',
  'rate-limited': 'Too many messages in a minute: try again after `data.retryAfterMs`.',
  'request-reused': 'The `requestId` was used with another body: a new command needs a new one.',
  'storage-full':
    'The disk of the server is full, and nothing has changed: the same command works once its operator has made room.',
  'stale-parent': 'The parent message has been deleted: read the conversation again.',
}

/** What each error code means here. */
export const codeNotes: Readonly<Record<string, string>> = {
  BAD_REQUEST: 'The input is invalid. `data.issues` lists `{ path, message }` of the wrong fields, at most 20.',
  CONFLICT: 'The command conflicts with the current state: see `data.reason`.',
  INTERNAL_SERVER_ERROR: 'A defect of the server. The details are only in its log.',
  NOT_FOUND: 'It does not exist, or it belongs to another user.',
  PAYLOAD_TOO_LARGE: 'The request is larger than the server reads.',
  METHOD_NOT_SUPPORTED: 'A query is a GET, a mutation a POST.',
  TOO_MANY_REQUESTS: 'Wait `data.retryAfterMs`.',
  FORBIDDEN: 'The caller is known and may not do this.',
  UNAUTHORIZED: 'The token is missing, expired or revoked.',
}
