import type { Conversation, Json, Message, Part } from '@holdfast/shared'

/** What the texts around the messages say. */
export interface ExportWords {
  readonly you: string
  readonly assistant: string
  readonly thoughts: string
  readonly tool: string
  readonly exported: string
}

/** A path as markdown. What was said is there letter by letter; thoughts and tools fold away where the reader can fold. */
export function conversationToMarkdown(
  conversation: Pick<Conversation, 'title'>,
  messages: readonly Message[],
  words: ExportWords,
): string {
  const sections = messages.map((message) => {
    const who = message.role === 'user' ? words.you : [words.assistant, message.model].filter(Boolean).join(' · ')
    const body = message.parts.map((part) => partToMarkdown(part, words)).filter((text) => text !== '')
    return [`## ${who}`, ...body].join('\n\n')
  })
  return `${[`# ${conversation.title}`, words.exported, ...sections].join('\n\n')}\n`
}

function partToMarkdown(part: Part, words: ExportWords): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'reasoning':
      return fold(words.thoughts, part.text)
    case 'tool-call': {
      const outcome = part.error ?? (part.result === undefined ? null : part.result)
      const blocks = [part.args, outcome].filter((value) => value !== null).map(toBlock)
      return fold(`${words.tool}: ${part.name} (${part.state})`, blocks.join('\n\n'))
    }
  }
}

function fold(summary: string, body: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`
}

/** A fence that nothing inside can close. */
function toBlock(value: Json): string {
  const isText = typeof value === 'string'
  const body = isText ? value : JSON.stringify(value, null, 2)
  const longest = Math.max(2, ...[...body.matchAll(/`+/gu)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${isText ? '' : 'json'}\n${body}\n${fence}`
}

/** A path as plain text: who, then what was said. */
export function conversationToText(
  conversation: Pick<Conversation, 'title'>,
  messages: readonly Message[],
  words: ExportWords,
): string {
  const sections = messages
    .filter(({ content }) => content !== '')
    .map(({ role, content }) => `${role === 'user' ? words.you : words.assistant}:\n${content}`)
  return `${[conversation.title, words.exported, ...sections].join('\n\n')}\n`
}
