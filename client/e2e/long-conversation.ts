import { randomUUID } from 'node:crypto'
import type { Id, Message } from '@holdfast/shared'
import { expect, type Page } from '@playwright/test'
import { createSeededRandom } from '../../server/test/seeded-random.ts'
import { connectApi, readToken } from './api-client.ts'

export interface LongConversation {
  readonly conversationId: Id
  /** From the root to the end of its only path. */
  readonly ids: readonly Id[]
}

/** Questions and answers in turn, five on each day, that the user of the page imports: below a message that is there, or as a new conversation. */
export async function writeLongConversation(
  page: Page,
  count: number,
  below?: { readonly conversationId: Id; readonly messageId: Id },
): Promise<LongConversation> {
  const { origin } = new URL(page.url())
  const token = await readToken(origin, page.context())
  await using api = connectApi(origin, token)
  const conversationId = below?.conversationId ?? (await api.client.conversations.create.mutate({ title: 'A long talk' })).id
  const { conversation } = await api.client.conversations.get.query({ conversationId })
  const { messages: above } = await api.client.messages.list.query({ conversationId })
  const ids = Array.from({ length: count }, () => randomUUID() as Id)
  const messages = ids.map((id, index) =>
    writeMessage({ id, conversationId, parentId: ids[index - 1] ?? below?.messageId ?? null }, index),
  )
  const archive = JSON.stringify({
    format: 'holdfast-export',
    version: 1,
    conversations: [{ conversation: { ...conversation, activeMessageId: ids.at(-1) }, messages: [...above, ...messages] }],
  })
  const fileId = randomUUID()
  await uploadArchive(page, `${origin}/api/uploads`, { token, fileId, bytes: Buffer.from(archive) })
  await expect.poll(async () => (await api.client.files.get.query({ fileId })).state).toBe('ready')
  const { id: importId } = await api.client.imports.start.mutate({ fileId })
  const find = () => api.client.imports.get.query({ importId })
  await expect.poll(async () => (await find()).state).not.toMatch(/^(?:queued|running)$/u)
  expect(await find()).toMatchObject({ state: 'done', messages: count, problems: [] })
  return { conversationId, ids }
}

function writeMessage(place: Pick<Message, 'id' | 'conversationId' | 'parentId'>, index: number): Message {
  const at = new Date(Date.UTC(2026, 0, 1 + Math.floor(index / 5), 12, index % 5)).toISOString()
  const content = indexToText(index)
  return {
    ...place,
    siblingIds: [place.id],
    role: index % 2 === 0 ? 'user' : 'assistant',
    status: 'completed',
    content,
    parts: [{ type: 'text', text: content }],
    model: null,
    usage: null,
    costMicroUsd: null,
    error: null,
    createdAt: at,
    updatedAt: at,
  }
}

async function uploadArchive(
  page: Page,
  url: string,
  { token, fileId, bytes }: { readonly token: string; readonly fileId: string; readonly bytes: Buffer },
): Promise<void> {
  const metadata = Object.entries({ filename: 'export.json', fileId, purpose: 'import' })
  const response = await page.context().request.post(url, {
    headers: {
      authorization: `Bearer ${token}`,
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes.length),
      'upload-metadata': metadata.map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`).join(','),
      'content-type': 'application/offset+octet-stream',
    },
    data: bytes,
  })
  expect(response.status()).toBe(201)
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
