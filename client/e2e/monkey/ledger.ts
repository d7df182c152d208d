import type { ApiClient } from '../api-client.ts'
import { expect, type Page } from '@playwright/test'
import type { Id, Message } from '@holdfast/shared'
import { follow } from '../../../server/test/follow.ts'
import { tokensText } from '../../../server/testing/scripted-provider/index.ts'

type Api = ApiClient['client']

/** What the monkey knows about the messages that it has sent. */
export interface Ledger {
  /** The page has taken this text: from now on it must not be lost. */
  readonly accepted: (content: string) => void
  /** An action may take these back, as Stop does with queued messages: they may be gone, but never there twice. */
  readonly mayTakeBack: (contents: readonly string[]) => void
  /** @throws with what is lost or there twice */
  readonly expectNothingLost: (api: Api, page: Page) => Promise<void>
}

export function createLedger(): Ledger {
  const sent = new Set<string>()
  const loose = new Set<string>()
  return {
    accepted: (content) => void sent.add(content),
    mayTakeBack: (contents) => {
      for (const content of contents) loose.add(content)
    },
    expectNothingLost: async (api, page) => {
      const strict = [...sent].filter((content) => !loose.has(content))
      let found: readonly string[] = []
      await expect
        .poll(
          async () => {
            // A refused message stays on the device, with the reason beside it.
            const refused = await readRefused(page)
            found = (await readConversations(api)).flatMap(({ messages }) => messages).flatMap(toQuestion)
            return strict.filter((content) => !found.includes(content) && !refused.includes(content))
          },
          { message: 'messages that the page has taken, and that are nowhere', timeout: 90_000 },
        )
        .toEqual([])
      expect(
        [...sent].filter((content) => found.filter((other) => other === content).length > 1),
        'messages that are there twice',
      ).toEqual([])
      for (const { id, messages } of await readConversations(api)) await expectLogAgrees(api, id, messages)
    },
  }
}

const toQuestion = ({ role, content }: Message) => (role === 'user' ? [content] : [])

async function readConversations(api: Api): Promise<{ readonly id: Id; readonly messages: readonly Message[] }[]> {
  const shelves = [{}, { archived: true }, { trashed: true }]
  const lists = await Promise.all(shelves.map((shelf) => api.conversations.list.query({ ...shelf, limit: 100 })))
  const ids = new Set(lists.flatMap(({ items }) => items.map(({ id }) => id)))
  return Promise.all(
    [...ids].map(async (id) => {
      const { messages } = await api.conversations.export.query({ conversationId: id, limit: 200 })
      return { id, messages }
    }),
  )
}

/** The rows and the log hold the same text, and an answer is the whole of what the model has said. */
async function expectLogAgrees(api: Api, conversationId: Id, messages: readonly Message[]): Promise<void> {
  const reader = follow(api, conversationId)
  await reader.until(({ conversation }) => conversation !== null && !conversation.hasActiveGeneration)
  reader.stop()
  const { messages: rows } = await api.conversations.export.query({ conversationId, limit: 200 })
  expect(rows.length).toBeGreaterThanOrEqual(messages.length)
  const texts = new Map(rows.map(({ id, content }) => [id, content]))
  for (const { id, role, status, content, parentId } of rows) {
    const inLog = reader.message(id)
    if (inLog) expect(inLog.content, `the log of ${id}`).toBe(content)
    if (role === 'user') continue
    const whole = toWholeAnswer(texts.get(parentId ?? '') ?? '')
    if (whole === null) continue
    if (status === 'completed') expect(content, `the answer ${id}`).toBe(whole)
    else expect(whole.startsWith(content), `the answer ${id} (${status}) is the beginning of what was said`).toBe(true)
  }
}

/** What the scripted model says to a question of the monkey; null to what it has not written alone. */
function toWholeAnswer(question: string): string | null {
  const asked = question.trim()
  const said = /^say ([^\n]+)$/u.exec(asked)?.[1]
  if (said !== undefined) return said
  const count = /^tokens (\d+) at \d+$/u.exec(asked)?.[1]
  return count === undefined ? null : tokensText(Number(count))
}

async function readRefused(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith('holdfast.outbox.'))
      .flatMap((key) => {
        const item = JSON.parse(localStorage.getItem(key) ?? 'null') as { content: string; failure: unknown } | null
        return item && item.failure !== null ? [item.content] : []
      }),
  )
}
