import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { schema } from '@holdfast/drizzle'
import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { executeRows, type Database } from '../src/platform/database/database.ts'
import { messageToDocument } from '../src/conversation-store/index-messages.ts'
import { createSeededRandom } from '../test/seeded-random.ts'
import { connect, type TestApp } from '../testing/create-test-app.ts'
import { tokenToUserId } from '../test/token-to-user-id.ts'
import { percentile, timeEach, type Figure } from './figures.ts'

const { conversations, messages, searchDocuments } = schema

const messageCount = 100_000
const perConversation = 100
const vocabularySize = 30_000
const perInsert = 500

/** How long a person waits for what they search among 100,000 messages: common and rare words, several, unfinished, side by side. */
export async function measureSearch(app: TestApp, database: Database): Promise<Figure[]> {
  const user = await app.createUser()
  const random = createSeededRandom(7)
  const words = Array.from({ length: vocabularySize }, (_, index) => toWord(index))
  const pick = () => words[Math.floor(vocabularySize ** random()) - 1] ?? 'holdfast'
  const sentence = (length: number) => Array.from({ length }, pick).join(' ')
  await writeMessages(database, tokenToUserId(user.token), sentence, random)
  // Connections that timed out while this was busy are noticed first; so is a token.
  await delay(100)
  const answer = await fetch(`${app.url}/api/auth/token`, { headers: { cookie: user.cookie } })
  const { client } = connect(app.url, ((await answer.json()) as { token: string }).token)
  const queries = Array.from({ length: 400 }, (_, index) => toQuery(index, pick, words, random))
  const samples = await timeEach(queries.length, (index) =>
    client.search.messages.query({ query: queries[Math.max(0, index)] ?? 'word' }),
  )
  return [
    {
      name: 'search of 100,000 messages, median',
      value: percentile(samples, 0.5),
      unit: 'ms',
      limit: 25,
      method: 'one, two and three words of natural frequency, phrases, unfinished words, exclusions; over HTTP',
    },
    {
      name: 'search of 100,000 messages, p95',
      value: percentile(samples, 0.95),
      unit: 'ms',
      limit: 50,
      method: 'the same',
    },
  ]
}

/** Word number `index` of a language: short ones first. */
function toWord(index: number): string {
  const syllables = ['ba', 'ke', 'li', 'mo', 'nu', 'ra', 'se', 'ti', 'vo', 'zu']
  return [...String(index + 10)].map((digit) => syllables[Number(digit)]).join('')
}

function toQuery(index: number, pick: () => string, words: readonly string[], random: () => number): string {
  switch (index % 6) {
    case 0:
      return `"${pick()}"`
    case 1:
      return `${pick()} ${pick()}`
    case 2:
      return `${pick()} ${pick()} ${pick()}`
    case 3:
      return pick().slice(0, 2 + Math.floor(random() * 4))
    case 4:
      return `"${pick()} ${pick()}"`
    default:
      return `${pick()} -${words[5]}`
  }
}

async function writeMessages(
  database: Database,
  userId: string,
  sentence: (length: number) => string,
  random: () => number,
): Promise<void> {
  const { queries } = database
  const started = Date.now() - messageCount * 60_000
  let conversationId = ''
  for (let from = 0; from < messageCount; from += perInsert) {
    const rows: (typeof messages.$inferInsert)[] = []
    for (let index = from; index < from + perInsert; index += 1) {
      const at = new Date(started + index * 60_000)
      if (index % perConversation === 0) {
        conversationId = randomUUID()
        const times = { lastEventAt: at, createdAt: at, updatedAt: at }
        await queries.insert(conversations).values({ id: conversationId, userId, title: sentence(4), ...times })
      }
      const isQuestion = index % 2 === 0
      const content = sentence(isQuestion ? 5 + Math.floor(random() * 30) : 80 + Math.floor(random() * 240))
      rows.push({
        id: uuidv7(),
        conversationId,
        role: isQuestion ? 'user' : 'assistant',
        status: 'completed',
        parts: JSON.stringify([{ type: 'text', text: content }]),
        addedSeq: index + 1,
        createdAt: at,
        updatedAt: at,
      })
    }
    await queries.insert(messages).values(rows)
    await queries
      .insert(searchDocuments)
      .values(
        rows.map((row) =>
          messageToDocument(userId, { ...row, createdAt: row.createdAt, model: null, parts: JSON.parse(row.parts ?? '[]') }),
        ),
      )
  }
  await executeRows(queries, sql`select gin_clean_pending_list('search_documents_lexemes'::regclass)`)
  await executeRows(queries, sql`analyze`)
}
