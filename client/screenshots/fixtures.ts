import { randomUUID } from 'node:crypto'
import { httpError, text, toolCalls, type Answer } from '../../server/testing/scripted-provider/index.ts'
import { lastToolText } from '../../server/testing/scripted-provider/scripted-request.ts'
import type { ApiClient } from '../e2e/api-client.ts'
import type { TestServer } from '../e2e/test-server.ts'

const comparison = `Both keep every word. They differ in what a failure costs you.

## At a glance

| | Embedded | Postgres |
|---|---|---|
| Start | nothing to install | a server, or a hosted one |
| Power loss | the last seconds may go | nothing that was acknowledged |
| Nodes | one | many |

## When to move

1. **You run it for others.** One process is one point of failure.
2. **You want backups while it runs.** \`pg_dump\` does that.
3. The disk is slow, and you can see it:

\`\`\`ts
const started = performance.now()
await database.append(events)
console.log(\`durable after \${(performance.now() - started).toFixed(1)} ms\`)
\`\`\`

> Moving later is one command; nothing has to be decided today.

- [x] Start with the embedded one
- [ ] Move when somebody else depends on it`

const trip = `Here is a calm plan for three days.

**Friday.** Arrive by noon, walk along the harbour, eat where the boats are unloaded. Nothing is booked, so nothing can be late.

**Saturday.** The ferry at 9:10 to the island; the path around it takes four hours with a long rest at the lighthouse. Take water: there is none on the way.

**Sunday.** Sleep. Then the museum of tides, which is small`

/** The answers of the scripted model. Held answers never end. */
const answer: Answer = async (reply) => {
  const asked = reply.request.lastUserText
  const said = lastToolText(reply.request.body)
  if (said !== null) return await text('Done. I put it on your list, with the date you named.')(reply)
  if (asked.includes('database')) return await text(comparison)(reply)
  if (asked.includes('days by the sea')) return await heldAfter(trip)(reply)
  if (asked.includes('groceries')) {
    return await toolCalls({ name: 'add_task', args: { title: 'Buy groceries', dueDate: '2030-03-15' } })(reply)
  }
  if (asked.includes('poem')) return await brokenAfter('The tide does not hurry.\n\nIt comes')(reply)
  if (asked.includes('weather')) return await httpError(401)(reply)
  if (asked.includes('letter'))
    return await heldAfter('Dear neighbours,\n\nnext Saturday we will be celebrating, and it may')(reply)
  await text('Of course. Which of the two matters more to you?')(reply)
}

const heldAfter =
  (words: string): Answer =>
  async (reply) => {
    await reply.tokens(words.match(/\s*\S+/gu) ?? [])
    await reply.until(new Promise<never>(() => undefined))
  }

const brokenAfter =
  (words: string): Answer =>
  async (reply) => {
    await reply.tokens(words.match(/\s*\S+/gu) ?? [])
    reply.drop()
  }

/** The ids of the conversations in the pictures, by what they show. */
export interface Fixtures {
  readonly rich: string
  readonly live: string
  readonly waiting: string
  readonly tools: string
  readonly interrupted: string
  readonly failed: string
  readonly refused: string
  readonly stopped: string
}

type Client = ApiClient['client']

/** Creates a conversation in every state that there is. The server is killed once: nothing else interrupts an answer. */
export async function createFixtures(client: Client, server: TestServer): Promise<Fixtures> {
  server.provider.script(answer)
  const interrupted = await ask(client, 'Write a letter to the neighbours about the party')
  await until(client, interrupted, 'generating', 10)
  await server.kill()
  await server.start()
  server.provider.script(answer)
  const rich = await ask(client, 'Which database should I start with, the embedded one or Postgres?')
  await until(client, rich, 'completed')
  const tools = await ask(client, 'Add a task to buy groceries by Friday')
  await until(client, tools, 'completed')
  await fillPlanner(client)
  const [task] = (await client.tasks.list.query({})).items
  const failed = await ask(client, 'A poem about the tide')
  await until(client, failed, 'error')
  const refused = await ask(client, 'What will the weather be like?')
  await until(client, refused, 'error')
  const stopped = await ask(client, 'Another letter, to the landlord')
  await until(client, stopped, 'generating', 10)
  await client.messages.cancel.mutate({ messageId: stopped.assistantMessageId })
  await until(client, stopped, 'cancelled')
  server.provider.script(async (reply) => {
    const isAsked = reply.request.lastUserText.includes('no longer need the groceries')
    const doom = toolCalls({ name: 'delete_task', args: { taskId: task?.id ?? '' } })
    await (isAsked ? doom : answer)(reply)
  })
  const waiting = await ask(client, 'We no longer need the groceries, take them off the list')
  await until(client, waiting, 'waiting')
  const live = await ask(client, 'Plan three quiet days by the sea')
  await until(client, live, 'generating', 100)
  await client.messages.send.mutate({
    requestId: randomUUID(),
    conversationId: live.conversationId,
    content: 'And what would it cost for two?',
  })
  const archived = await ask(client, 'Names for a small boat')
  await until(client, archived, 'completed')
  await client.conversations.update.mutate({ conversationId: archived.conversationId, archived: true })
  const trashed = await ask(client, 'A question I no longer need')
  await until(client, trashed, 'completed')
  await client.conversations.delete.mutate({ conversationId: trashed.conversationId })
  await client.conversations.update.mutate({ conversationId: rich.conversationId, pinned: true })
  const titles: readonly (readonly [Sent, string])[] = [
    [rich, 'Embedded or Postgres'],
    [tools, 'Groceries by Friday'],
    [live, 'Three days by the sea'],
    [waiting, 'Groceries, not needed'],
    [archived, 'A name for the boat'],
  ]
  for (const [{ conversationId }, title] of titles) await client.conversations.update.mutate({ conversationId, title })
  const ids = { rich, live, waiting, tools, interrupted, failed, refused, stopped }
  return Object.fromEntries(Object.entries(ids).map(([name, sent]) => [name, sent.conversationId])) as unknown as Fixtures
}

type Sent = Awaited<ReturnType<Client['messages']['send']['mutate']>>

function ask(client: Client, content: string): Promise<Sent> {
  return client.messages.send.mutate({ requestId: randomUUID(), content })
}

async function until(client: Client, sent: Sent, status: string, atLeast = 0): Promise<void> {
  for (;;) {
    const message = await client.messages.content.query({ messageId: sent.assistantMessageId })
    if (message.status === status && message.content.length >= atLeast) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function fillPlanner(client: Client): Promise<void> {
  const goal = await client.goals.create.mutate({ title: 'Sail to the island alone', targetDate: '2030-08-01' })
  const learn = await client.milestones.create.mutate({ goalId: goal.id, title: 'Pass the test', targetDate: '2030-04-20' })
  const boat = await client.milestones.create.mutate({ goalId: goal.id, title: 'A boat that floats', targetDate: '2030-06-01' })
  await client.tasks.add.mutate({ title: 'Learn the lights by heart', milestoneId: learn.id, category: 'study' })
  const knots = await client.tasks.add.mutate({ title: 'Ten knots, eyes closed', milestoneId: learn.id, category: 'study' })
  await client.tasks.complete.mutate({ taskId: knots.id })
  await client.tasks.add.mutate({ title: 'Ask Ada about the dinghy', milestoneId: boat.id, dueDate: '2026-01-10' })
}
