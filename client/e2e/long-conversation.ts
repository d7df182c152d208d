import type { Id } from '@holdfast/shared'
import { writeLongPath } from '../../server/test/create-long-path.ts'
import { createSeededRandom } from '../../server/test/seeded-random.ts'
import type { ApiClient } from './api-client.ts'
import type { TestServer } from './test-server.ts'

export interface LongConversation {
  readonly conversationId: Id
  /** From the root to the end of its only path. */
  readonly ids: readonly Id[]
}

/** Questions and answers in turn, five on each day, written while the server is down; a page that is open finds it when it is back. */
export async function writeLongConversation(
  server: TestServer,
  api: ApiClient['client'],
  count: number,
): Promise<LongConversation> {
  const { id: conversationId } = await api.conversations.create.mutate({ title: 'A long talk' })
  const ids = await server.whileDown((database) =>
    writeLongPath(database, conversationId, {
      count,
      text: indexToText,
      at: (index) => new Date(Date.UTC(2026, 0, 1 + Math.floor(index / 5), 12, index % 5)),
    }),
  )
  return { conversationId, ids }
}

/** One to six paragraphs, the same for the same place; every hundredth message has a barnacle. */
export function indexToText(index: number): string {
  const random = createSeededRandom(index + 1)
  const paragraphs = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, paragraph) => {
    const swell = 'The kelp holds on to the rock, and the swell goes by. '.repeat(Math.floor(random() * 5))
    return `Paragraph ${paragraph + 1} of message ${index + 1}. ${swell}`.trim()
  })
  if (index % 100 === 50) paragraphs.push(index % 2 === 0 ? 'Here sits a barnacle.' : 'Here sits a **barn**acle.')
  return paragraphs.join('\n\n')
}

/** An answer of at least so many characters, as models write them: headings, prose, lists, tables and code. In its middle sits a barnacle. */
export function writeLongMarkdown(length: number): string {
  let text = ''
  for (let part = 1; text.length < length; part += 1) text += longPart(part, text.length, length)
  return text
}

function longPart(part: number, at: number, length: number): string {
  const swell = 'The kelp **holds on** to the *rock*, and the `swell` goes by. '
  const isMiddle = at <= length / 2 && at + 2_000 > length / 2
  return [
    `## Part ${part}`,
    swell.repeat(1 + (part % 5)).trim(),
    `- one of part ${part}\n- two, with **marks**\n  - deeper\n- three`,
    part % 3 === 0 ? `| Name | Value |\n| --- | --: |\n| part | ${part} |\n| twice | ${part * 2} |` : swell.repeat(3).trim(),
    `\`\`\`ts\n${Array.from({ length: 4 + (part % 60) }, (_, line) => `const value${line} = ${part} * ${line}`).join('\n')}\n\`\`\``,
    isMiddle ? `Here, in part ${part}, sits one grey barnacle.` : `1. first\n2. second\n3. third`,
    `And so part ${part} is over.\n\n`,
  ].join('\n\n')
}
