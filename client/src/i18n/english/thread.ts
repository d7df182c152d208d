/** The messages of a conversation: reading, finding, changing and printing them. */
export const thread = {
  'thread.messages': 'Messages',
  'thread.you': 'You',
  'thread.assistant': 'Assistant',
  'thread.message.source': 'This message could not be formatted. Here is its source.',
  'thread.jump': 'Jump to latest',
  'thread.jump.writing': 'Still writing · jump to latest',
  'thread.jump.done': 'Answer complete · jump to latest',
  'thread.jump.new': '{count, plural, one {# new message} other {# new messages}} · jump to latest',
  'thread.jump.new.writing': '{count, plural, one {# new message} other {# new messages}} · still writing',
  'thread.newer': 'This conversation continues in another branch',
  'thread.newer.show': 'Show newer messages',
  'thread.earlier': 'Show earlier messages',
  'thread.earlier.loading': 'Loading earlier messages…',
  'thread.earlier.failed': 'Earlier messages could not be loaded. Try again',

  'message.missing': 'This message no longer exists.',
  'message.edit': 'Edit',
  'message.edit.label': 'Edit your message',
  'message.edit.about': 'This starts a new branch. The existing messages are kept.',
  'message.regenerate': 'Regenerate',
  'message.regenerate-with': 'Regenerate with',
  'message.more': 'More',
  'message.details': 'Details',
  'message.read-aloud': 'Read aloud',
  'message.copy-plain': 'Copy as plain text',
  'message.copy-link': 'Copy link',
  'message.link-copied': 'Link copied.',
  'message.copied': 'Copied.',
  'message.fork': 'Fork from here',
  'message.forked': 'This is a copy up to that message.',
  'message.delete': 'Delete',
  'message.delete.title': 'Delete this message?',
  'message.delete.about': 'The messages after it are kept and move up. This cannot be undone.',
  'message.lines.show-all': 'Show all {count} lines',
  'message.lines.show-less': 'Show less',
  'branch.label': 'Versions',
  'branch.previous': 'Previous version',
  'branch.next': 'Next version',
  'branch.position': '{index} / {count}',

  'answer.queued': 'Queued',
  'answer.queued.edit': 'Edit',
  'answer.queued.discard': 'Discard',
  'answer.queued.started': 'The answer had already started. Your text is in the message box, too.',
  'answer.thinking': 'Thinking…',
  'answer.stopping': 'Stopping…',
  'answer.reconnecting': 'Reconnecting…',
  'answer.waiting': 'Waiting for your approval',
  'answer.cancelled': 'Stopped.',
  'answer.cancelled.empty': 'Stopped before anything was written.',
  'answer.empty': 'The model gave no answer.',
  'answer.continue': 'Continue',
  'answer.other-model': 'Use another model',
  'answer.the-model': 'The model',
  'answer.retry': '{reason} Retrying in {seconds} s (attempt {attempt} of {max}).',
  'answer.retry.now': '{reason} Retrying now (attempt {attempt} of {max}).',
  'answer.tokens': '{input} in, {output} out',
  'answer.tokens.estimated': 'about {input} in, {output} out',
  'answer.tokens.exact':
    '{input, number} input tokens{cached, plural, =0 {} other { (# of them cached)}}, {output, number} output tokens.',
  'answer.tokens.exact.estimated': 'Counted by Holdfast, because the provider reported no usage.',
  'answer.cost.unknown': 'cost unknown',

  'reasoning.growing': 'Thinking…',
  'reasoning.done': 'Thoughts',
  'reasoning.done.moment': 'Thought for a moment',
  'reasoning.done.time': 'Thought for {time}',

  'note.turns-omitted':
    '{count, plural, one {# earlier turn was left out because it does} other {# earlier turns were left out because they do}} not fit the model’s context window.',
  'note.turns-omitted.window':
    '{count, plural, one {# earlier turn was left out because it does} other {# earlier turns were left out because they do}} not fit the model’s context window of {size}.',
  'note.turns-omitted.unknown':
    '{count, plural, one {# earlier turn was} other {# earlier turns were}} left out. Holdfast does not know this model’s context window and assumes {size}; MODEL_CONTEXT_WINDOW sets it.',
  'note.turns-omitted.length':
    '{count, plural, one {# earlier turn was} other {# earlier turns were}} left out, because the conversation has more messages than are sent.',
  'note.prompt-truncated':
    'The provider silently truncated the prompt ({read} of {sent} tokens), starting with instructions and tools. Increase the model’s context size there.',
  'note.results-cut':
    '{count, plural, one {A tool’s result was} other {# results of tools were}} too long: the model has seen only the beginning.',
  'note.files-cut': '{names} {count, plural, one {was} other {were}} too long: the model has seen only the beginning.',
  'note.files-unseen':
    'This model cannot open {names}: it knows only {count, plural, one {its name} other {their names}}. Choose another model for that.',
  'note.pictures-not-kept': '{count, plural, one {A picture} other {# pictures}} could not be kept: {reasons}',
  'note.cut-at-limit': 'The answer was cut off at the provider’s limit of tokens.',
  'note.cut-at-limit.tokens': 'The answer was cut off at the provider’s limit of tokens, after {size}.',
  'note.stopped-after-steps':
    'The model was still using tools after {steps, plural, one {# step} other {# steps}}, so it was stopped.',

  'note.tools-refused':
    'This model cannot use tools, so it can neither see nor change tasks and goals. Choose another model for that.',
  'note.tools-refused.some':
    'This model did not accept {refused} of the {offered} tools, so it answered without {refused, plural, one {it} other {them}}.',
  'note.tool-call-as-text':
    'The model wrote a tool call as text instead of making it, so nothing was done. Try again, or use another model.',

  'find.label': 'Find in this conversation',
  'find.count': '{index} of {count}',
  'find.none': 'No matches',
  'find.searching': 'Searching…',
  'find.previous': 'Previous match',
  'find.next': 'Next match',
  'find.close': 'Close',

  print: 'Print or save as PDF',
  'print.back': 'Back to the conversation',
  'print.loading': 'Loading the whole conversation… {count, plural, one {# message} other {# messages}} so far',
  'print.failed': 'The whole conversation could not be loaded.',
  'print.about': '{count, plural, one {# message} other {# messages}}, started {when}',
  'print.partial':
    'Earlier messages are not on this page. To include them, use “Print or save as PDF” in the conversation’s menu.',
} as const
