/** Facts about how an answer was generated, below it. */
export const answerNotes = {
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
  'note.cut-at-limit': 'The answer was cut off at its limit of tokens.',
  'note.cut-at-limit.tokens': 'The answer was cut off at its limit of tokens, after {size}.',
  'note.resumed.server': 'The server stopped while it wrote this. The answer went on by itself.',
  'note.resumed.provider': 'The provider broke off. The answer went on by itself.',
  'note.answered-by': 'Answered by {name}, since the chosen model failed.',
  'note.continued-by': 'Continued by {names}.',
  'note.stopped-after-steps':
    'This answer has used all of its {steps, plural, one {# step} other {# steps}}. Continue lets it go on.',
  'note.tools-refused':
    'This model cannot use tools, so it can neither see nor change tasks and goals. Choose another model for that.',
  'note.tools-refused.some':
    'This model did not accept {refused} of the {offered} tools, so it answered without {refused, plural, one {it} other {them}}.',
  'note.parameters-refused':
    '{model} did not accept {parameters}, so it answered with its own {count, plural, one {value} other {values}}.',
  'note.parameter.temperature': 'temperature {value}',
  'note.parameter.topP': 'top-p {value}',
  'note.parameter.maxOutputTokens': 'maximum length {value}',
  'note.parameter.reasoningEffort': 'reasoning effort “{value}”',
  'note.tool-call-as-text':
    'The model wrote a tool call as text instead of making it, so nothing was done. Try again, or use another model.',
} as const
