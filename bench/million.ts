import { randomUUID } from 'node:crypto'
import { createTestUser, type TestUser } from '../server/testing/create-test-app.ts'
import { text } from '../server/testing/scripted-provider/index.ts'
import { textToLexemes } from '../server/test/message-lexemes.ts'
import { tokenToUserId } from '../server/test/token-to-user-id.ts'
import { startProduct, type Product } from './parts/product.ts'
import { isShort, percentile, report, timeEach, type Line } from './parts/report.ts'

/**
 * What list, open, send and search cost one person with 1,000,000 messages in 10,000 conversations ÷ what they cost the same person with
 * 10,000 messages, on Postgres. The rows are written by SQL, so that the seeding takes a minute.
 */
const perConversation = 100
const few = isShort ? 2_000 : 10_000
const many = isShort ? 40_000 : 1_000_000
const times = isShort ? 30 : 200
/** Different texts; each message is one of them. */
const texts = 2_000

await using product = await startProduct('postgres')
const { sql, provider, servers } = product
if (!sql) throw new Error('this point needs Postgres')
provider.script(text('Yes.'))
const user = await createTestUser(servers[0]?.url ?? '')
const userId = tokenToUserId(user.token)
const words = Array.from({ length: 5_000 }, (_, index) => toWord(index))

await prepareTexts(sql)
await seed(sql, 0, few)
const small = await measure(user)
const startedAt = performance.now()
await seed(sql, few, many)
const seconds = (performance.now() - startedAt) / 1_000
const large = await measure(user)
await user.close()

const lines: Line[] = []
for (const [name, samples] of Object.entries(small)) {
  const after = large[name] ?? []
  const label = `${name}, ${many.toLocaleString('en-US')} ÷ ${few.toLocaleString('en-US')} messages`
  lines.push({ name: `${label}, median`, value: percentile(after, 0.5) / percentile(samples, 0.5), unit: '×', atMost: 1.5 })
  lines.push({ name: `${name}, median`, value: percentile(after, 0.5), unit: 'ms' })
  lines.push({ name: `${name}, p95`, value: percentile(after, 0.95), unit: 'ms' })
}
lines.push({ name: 'seeding', value: seconds, unit: 's' })
report('million', lines)
process.exit()

type Sql = NonNullable<Product['sql']>

async function prepareTexts(db: Sql): Promise<void> {
  await db`create table bench_texts (n int primary key, parts text, lexemes tsvector)`
  for (let n = 0; n < texts; n += 1) {
    const content = Array.from(
      { length: 8 + ((n * 7) % 60) },
      (_, index) => words[(n * 31 + index * index * 17) % words.length],
    ).join(' ')
    const parts = JSON.stringify([{ type: 'text', text: content }])
    await db`insert into bench_texts values (${n}, ${parts}, ${textToLexemes(userId, content)}::tsvector)`
  }
}

/** The messages with the numbers from `from` up to `to`, a hundred to a conversation. */
async function seed(db: Sql, from: number, to: number): Promise<void> {
  const step = 20_000
  for (let start = from; start < to; start += step) {
    const end = Math.min(start + step, to) - 1
    await db.begin(async (tx) => {
      await tx`
        insert into conversations (id, user_id, title, title_source, state, message_count, last_seq, pruned_seq, ended_seq, read_seq, last_event_at, created_at, updated_at)
        select ('00000000-0000-7000-8000-c' || lpad(to_hex(c), 11, '0'))::uuid, ${userId}, 'Conversation ' || c, 'user', 'idle', ${perConversation}, ${perConversation}, ${perConversation}, ${perConversation}, ${perConversation}, t, t, t
        from generate_series(${start / perConversation}::int, ${Math.floor(end / perConversation)}::int) c, lateral (select now() - make_interval(mins => 2000000 - c) as t) as times`
      await tx`
        insert into messages (id, conversation_id, parent_id, role, status, parts, added_seq, created_at, updated_at)
        select ('00000000-0000-7000-8000-a' || lpad(to_hex(m), 11, '0'))::uuid, ('00000000-0000-7000-8000-c' || lpad(to_hex(m / ${perConversation}), 11, '0'))::uuid,
          case when m % ${perConversation} = 0 then null else ('00000000-0000-7000-8000-a' || lpad(to_hex(m - 1), 11, '0'))::uuid end,
          case when m % 2 = 0 then 'user' else 'assistant' end, 'completed', b.parts, m % ${perConversation} + 1, t, t
        from generate_series(${start}::int, ${end}::int) m join bench_texts b on b.n = m % ${texts},
          lateral (select now() - make_interval(mins => 2000000 - m / ${perConversation}) as t) as times
        order by m`
      await tx`
        insert into search_documents (message_id, conversation_id, role, has_tool_calls, created_at, lexemes)
        select ('00000000-0000-7000-8000-a' || lpad(to_hex(m), 11, '0'))::uuid, ('00000000-0000-7000-8000-c' || lpad(to_hex(m / ${perConversation}), 11, '0'))::uuid,
          case when m % 2 = 0 then 'user' else 'assistant' end, false, now() - make_interval(mins => 2000000 - m / ${perConversation}), b.lexemes
        from generate_series(${start}::int, ${end}::int) m join bench_texts b on b.n = m % ${texts}`
      await tx`
        update conversations set active_message_id = ('00000000-0000-7000-8000-a' || lpad(to_hex(c * ${perConversation} + ${perConversation - 1}), 11, '0'))::uuid
        from generate_series(${start / perConversation}::int, ${Math.floor(end / perConversation)}::int) c
        where id = ('00000000-0000-7000-8000-c' || lpad(to_hex(c), 11, '0'))::uuid`
    })
  }
  await db`select gin_clean_pending_list('search_documents_lexemes'::regclass)`
  await db`vacuum analyze`
}

async function measure({ client }: TestUser): Promise<Record<string, number[]>> {
  const conversation = (index: number) =>
    `00000000-0000-7000-8000-c${((index * 7) % (few / perConversation)).toString(16).padStart(11, '0')}`
  // Once each beforehand: plans, caches and compiled code.
  await client.conversations.list.query({})
  await client.conversations.get.query({ conversationId: conversation(1) })
  await client.messages.complete.mutate({ requestId: randomUUID(), content: 'Hello?' })
  const samples = {
    list: await timeEach(times, () => client.conversations.list.query({})),
    open: await timeEach(times, (index) => client.conversations.get.query({ conversationId: conversation(index) })),
    send: await timeEach(times, (index) =>
      client.messages.send.mutate({ requestId: randomUUID(), conversationId: conversation(index), content: 'And now?' }),
    ),
    'search of a rare word': await timeEach(times, (index) =>
      client.search.messages.query({ query: `"${words[(index * 13) % words.length]} ${words[(index * 29) % words.length]}"` }),
    ),
    'search of one word': await timeEach(times, (index) =>
      client.search.messages.query({ query: words[(index * 13) % words.length] ?? '' }),
    ),
  }
  return samples
}

/** Word number `index` of a language of its own. */
function toWord(index: number): string {
  const syllables = ['ba', 'ke', 'li', 'mo', 'nu', 'ra', 'se', 'ti', 'vo', 'zu']
  return [...String(index + 1_000)].map((digit) => syllables[Number(digit)]).join('')
}
