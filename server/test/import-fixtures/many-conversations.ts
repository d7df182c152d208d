import { createFlatPng } from '../documents.ts'
import { makeZip } from './make-zip.ts'

export interface ManyOptions {
  /** Every so many conversations one has a picture of its own, and a document that the archive lacks. */
  readonly pictureEvery?: number
  /** What else is in the archive, by path. */
  readonly others?: Readonly<Record<string, Uint8Array>>
}

/** A question, and an answer that was asked for twice. */
export const messagesPerConversation = 3

function makeConversation(n: number, hasPicture: boolean): unknown {
  const created = 1_756_000_000 + n * 1_000
  const node = (id: string, parent: string | null, children: readonly string[], message: unknown) => [
    id,
    { id, parent, children, message },
  ]
  const attachments = [
    { id: `file_picture${n}`, name: `picture-${n}.png`, mime_type: 'image/png' },
    { id: `file_lost${n}`, name: `lost-${n}.pdf`, mime_type: 'application/pdf' },
  ]
  const answer = (words: string, at: number) => ({
    author: { role: 'assistant' },
    create_time: at,
    recipient: 'all',
    content: { content_type: 'text', parts: [words] },
    metadata: { model_slug: 'gpt-5' },
  })
  const mapping = Object.fromEntries([
    node('root', null, ['question'], null),
    node('question', 'root', ['first', 'second'], {
      author: { role: 'user' },
      create_time: created + 1,
      content: hasPicture
        ? {
            content_type: 'multimodal_text',
            parts: [
              { content_type: 'image_asset_pointer', asset_pointer: `sediment://file_picture${n}` },
              `What is in picture ${n}?`,
            ],
          }
        : { content_type: 'text', parts: [`What is ${n} times ${n}?`] },
      metadata: hasPicture ? { attachments } : {},
    }),
    node('first', 'question', [], answer(`It is ${n * n}, I believe.`, created + 2)),
    node('second', 'question', [], answer(`The answer is ${n * n}.`, created + 3)),
  ])
  return {
    title: `Conversation ${n}`,
    id: `many-${n}`,
    create_time: created,
    update_time: created + 3,
    mapping,
    current_node: 'second',
  }
}

/** An archive as ChatGPT makes them, with this many small conversations, no two of them alike. */
export function makeManyConversations(count: number, options: ManyOptions = {}): Uint8Array {
  const { pictureEvery = Number.POSITIVE_INFINITY, others = {} } = options
  const conversations: unknown[] = []
  const pictures: Record<string, Uint8Array> = {}
  for (let n = 0; n < count; n += 1) {
    const hasPicture = n % pictureEvery === pictureEvery - 1
    conversations.push(makeConversation(n, hasPicture))
    if (hasPicture) pictures[`file_picture${n}-sanitized.png`] = createFlatPng(n + 1)
  }
  return makeZip({ 'conversations.json': JSON.stringify(conversations), ...pictures, ...others })
}
