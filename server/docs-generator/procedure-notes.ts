/** What each procedure is for, in a sentence or two. The shapes and limits come from the code. */
export const procedureNotes: Readonly<Record<string, string>> = {
  'activity.follow':
    'What changes for this user outside the conversation that is open: lists, titles, states, tasks. The first item, and the first after any gap, is `refetch`.',
  'conversations.create':
    'An empty conversation. A repeat with the same `conversationId` and the same body returns the same row.',
  'conversations.delete':
    'To the trash, or with `permanent` for good, with everything that hangs on it. Running answers are cancelled.',
  'conversations.export':
    'A page of all messages of a conversation, on every branch, a parent before its children. Pass `nextCursor` back as `cursor`; one call never gives more than 200 messages, so an export of any size needs little memory on either side.',
  'conversations.follow':
    'The log after `lastEventId`, then live. Without one, or with one that is malformed, pruned or in the future, the first event is a `snapshot`. An empty array is a heartbeat with the current cursor. After `conversation-deleted` the stream completes.',
  'conversations.fork': 'A new conversation with a copy of the path from the root down to that message.',
  'conversations.get': 'The conversation and the newest page of a path, oldest first, with every message that is running.',
  'conversations.list':
    'Newest `updatedAt` first. `updatedAt` moves when a message is added and when an answer ends, not with pin or archive.',
  'conversations.markRead': 'Everything up to that cursor has been seen.',
  'conversations.restore': 'Back from the trash.',
  'conversations.update':
    'Changes what is given and leaves the rest. A title that a person gave is never replaced by a generated one.',
  'drafts.get': 'What this user has typed and not sent; empty text where there is none.',
  'drafts.set': 'Keeps what is typed, for the other devices; the last one written counts.',
  'goals.create': 'A goal, last in the order. A repeat with the same id and body gives the one that is there.',
  'goals.delete': 'Deletes a goal with its milestones and their tasks. `goals.restore` brings back exactly these.',
  'goals.list': 'A page of the goals of this user, in their order.',
  'goals.reorder': 'Puts a goal right after another one, or first.',
  'goals.restore': 'Brings a goal back, with the milestones and tasks that went with it.',
  'goals.update': 'Changes what is given and leaves the rest.',
  'messages.cancel': 'Stops an answer and keeps its text. Answers at once with the stored status; repeating it is harmless.',
  'messages.complete':
    '`send` for callers that want one answer: it responds when the answer has a final status, or waits for an approval. Hanging up does not cancel the answer.',
  'messages.content': 'The text of one message as it stands, also while it grows. Follow from `cursor` for the rest.',
  'messages.continue': 'An answer that was interrupted goes on, in the same message.',
  'messages.delete': 'Removes a message. Its children hang on its parent from then on.',
  'messages.edit': 'The same question in other words: a new sibling of the message, and an answer to it.',
  'messages.list': 'A page of the path that ends at `leafId`, oldest first. `nextCursor` is the `before` of the page above.',
  'messages.poll':
    'For callers without a stream: what was added or has grown since. Pass `now` back as `since`; repeats are possible, gaps are not.',
  'messages.regenerate': 'Another answer to the same question: a sibling. The first one is kept.',
  'messages.withdraw':
    'Takes back a question whose answer has not begun: both are removed, and what is queued behind moves up. Otherwise `CONFLICT` not-editable.',
  'messages.send':
    'Adds a message and starts the answer in the background; read it with `conversations.follow`. Without a `conversationId` a conversation is made. Without a `parentId` the message goes to the end of the active path; under a running answer it waits its turn.',
  'messages.status': 'Whether something is being answered, and what.',
  'milestones.complete': 'Marks a milestone as reached.',
  'milestones.create': 'A milestone, of a goal or on its own, last in the order.',
  'milestones.delete': 'Deletes a milestone with its tasks. `milestones.restore` brings back exactly these.',
  'milestones.list': 'A page of the milestones of this user, in their order; `goalId: null` gives those of no goal.',
  'milestones.reorder': 'Puts a milestone right after another one, or first.',
  'milestones.restore': 'Brings a milestone back, with the tasks that went with it.',
  'milestones.update': 'Changes what is given and leaves the rest.',
  'models.list': 'The models that may be named in `model`, the default first.',
  'search.messages':
    'Finds messages of this user by their words: all of them, in any order; `"words in quotes"` side by side; `-word` excludes; the last word may be unfinished. Accents and case do not matter; texts without spaces are found by any two characters. The trash is not searched. Ranked by relevance and recency; pass `nextCursor` back as `cursor`.',
  'system.info': 'Who serves, with which limits, and who asks.',
  'tasks.add': 'A task, last in the order. A repeat with the same id and body gives the one that is there.',
  'tasks.complete': 'Marks a task as done.',
  'tasks.delete': 'Deletes a task.',
  'tasks.list':
    'A page of the tasks of this user, in their order. `today` is the date where the person is: it decides what is overdue.',
  'tasks.reorder': 'Puts a task right after another one, or first.',
  'tasks.restore': 'Brings a task back.',
  'tasks.stats':
    'How many tasks there are, and how many are pending, completed or overdue: in all, by category, milestone and goal.',
  'tasks.update': 'Changes what is given and leaves the rest.',
  'tokens.create': 'A personal access token for scripts. The whole token is shown here, once.',
  'tokens.list': 'The personal access tokens of this user, without the tokens themselves.',
  'tokens.revoke': 'Ends a personal access token at once, on open connections too.',
  'toolCalls.decide': 'Allows or denies a tool call that waits for an approval.',
  'tools.list':
    'The tools that an answer may use, ours and those of the servers that the operator has set up, and how these servers are.',
  'usage.summary': 'Tokens and cost over a time, by day, model or conversation.',
}

/** What a subscription yields. Each item is tracked: its id is the `lastEventId` that goes on after it. */
export const subscriptionItems: Readonly<Record<string, string>> = {
  'activity.follow': 'tracked(number, Activity[])',
  'conversations.follow': 'tracked(cursor, EventRecord[])',
}

/** What each event means. */
export const eventNotes: Readonly<Record<string, string>> = {
  'conversation-deleted': 'It went to the trash, or for good. The stream completes.',
  'conversation-restored': 'It is back from the trash.',
  'conversation-updated': 'Title, pin, model, instructions, active branch or another field has changed.',
  'generation-ended': 'The answer has its final status; nothing more is written to it unless it is continued.',
  'generation-note':
    'Something to know about this answer: the start of the conversation was left out, or the provider has cut the prompt. One of each kind.',
  'generation-queued': 'An answer that had ended, waited or was handed over is queued again.',
  'generation-retry': 'The provider did not answer; it is asked again after `delayMs`.',
  'generation-started': 'The answer is being written. `attempt` counts the tries so far.',
  'generation-waiting': 'A tool call needs a yes or no before the answer goes on.',
  'message-added': 'A message, empty or whole. Its place is after everything before it in the log.',
  'message-removed': 'Its children hang on its parent now; `siblingIds` are the children of that parent.',
  'reasoning-delta': 'Like `text-delta`, for the reasoning that a model shows.',
  snapshot: 'The state at `cursor`: replaces everything known before.',
  'text-delta': 'Text at the end of part number `part`; `offset` is the length of that part before it, in UTF-16 units.',
  'tool-call': 'The model asks for a tool.',
  'tool-call-updated': 'The call waits, runs, was denied, or its outcome is not known.',
  'tool-result': 'What the tool gave, or why it failed.',
}

/** When each `data.reason` is given, and what a client does about it. */
export const reasonNotes: Readonly<Record<string, string>> = {
  'budget-exceeded': 'The budget of this user is used up.',
  'id-taken': 'The id that the client made belongs to something else: make another one.',
  'not-continuable': 'That answer cannot go on: it is complete, running, or has no text.',
  'not-editable': 'That message cannot be changed this way: only own messages are edited, only answers are given again.',
  'rate-limited': 'Too many messages in a minute: try again after `data.retryAfterMs`.',
  'request-reused': 'The `requestId` was used with another body: a new command needs a new one.',
  'stale-parent': 'The parent message was deleted meanwhile: read the conversation again.',
}

/** What each error code means here. */
export const codeNotes: Readonly<Record<string, string>> = {
  BAD_REQUEST: 'The input is wrong. `data.issues` lists `{ path, message }`, one for each field.',
  CONFLICT: 'The command does not fit what is there: see `data.reason`.',
  INTERNAL_SERVER_ERROR: 'A defect of the server. The message says nothing about it; the log does.',
  NOT_FOUND: 'There is no such thing, or it belongs to somebody else.',
  PAYLOAD_TOO_LARGE: 'The request is larger than the server reads.',
  TOO_MANY_REQUESTS: 'Wait `data.retryAfterMs`.',
  UNAUTHORIZED: 'No token, or one that is expired or revoked.',
}
