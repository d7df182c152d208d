import { randomUUID } from 'node:crypto'
import { TRPCClientError } from '@trpc/client'
import { isActive, type Conversation, type Message, type Snapshot } from '@holdfast/shared'
import { connect, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow, type Follower } from './follow.ts'
import { httpError, tokens, toolCalls, type Answer } from '../testing/scripted-provider/index.ts'
import { createSeededRandom } from './seeded-random.ts'

type Client = Omit<TestUser, 'cookie'>

export interface Simulated {
  /** As it was before the first command. */
  readonly created: Conversation
  readonly readers: readonly Follower[]
  readonly clients: readonly Client[]
  /** The commands, in the order in which they were begun. */
  readonly commands: readonly string[]
  /** The snapshots that readers got in between. */
  readonly looks: readonly Snapshot[]
}

/** Commands that were refused because another client was faster. Any other error fails the test. */
const expectedRefusals = new Set(['CONFLICT', 'NOT_FOUND'])

/**
 * Three clients of one user concurrently run random commands on one conversation, and some lose their connection now and then.
 * The seed determines the commands, but not their interleaving. Resolves when nothing runs any more.
 */
export async function simulate(app: TestApp, input: { seed: number; commands: number }): Promise<Simulated> {
  const random = createSeededRandom(input.seed)
  const user = await app.createUser()
  const created = await user.client.conversations.create.mutate({})
  const conversationId = created.id
  app.provider.script(createModel(createSeededRandom(input.seed + 1_000_000)))
  const clients = Array.from({ length: 3 }, () => connect(app.url, user.token))
  const readers: Follower[] = clients.map(({ client }) => follow(client, conversationId))
  for (const reader of readers) await reader.until((state) => state.conversation !== null)

  const commands: string[] = []
  const looks: Snapshot[] = []
  let left = input.commands
  await Promise.all(
    clients.map(async (client, index) => {
      const reader = readers[index]
      while (reader && left > 0) {
        left -= 1
        const [name, run] = chooseCommand(random, { client, reader, conversationId, readers, looks })
        commands.push(name)
        try {
          await run()
        } catch (error) {
          const code = error instanceof TRPCClientError ? String((error.data as { code?: string } | null)?.code) : ''
          if (!expectedRefusals.has(code)) throw new Error(`${name} failed after ${commands.join(' ')}`, { cause: error })
        }
      }
    }),
  )
  const [reader] = readers
  while (reader && (await user.client.messages.status.query({ conversationId })).hasActiveGeneration) {
    await reader.until(({ conversation, running }) => {
      return conversation?.hasActiveGeneration === false || Object.values(running).some(({ status }) => status === 'waiting')
    })
    for (const message of Object.values(reader.state().running).filter(({ status }) => status === 'waiting'))
      await decide(user, message, false)
  }
  return { created, readers, clients, commands, looks }
}

/** A yes or no to the first question of a message that waits. */
async function decide(user: Pick<TestUser, 'client'>, message: Message | undefined, approve: boolean): Promise<void> {
  const call = message?.parts.find((part) => part.type === 'tool-call' && part.state === 'waiting')
  if (!message || call?.type !== 'tool-call') return
  await user.client.toolCalls.decide.mutate({ requestId: randomUUID(), messageId: message.id, callId: call.callId, approve })
}

/** Answers at every speed and length, some break off, some fail, some use tools. */
function createModel(random: () => number): Answer {
  return async (reply) => {
    const count = 1 + Math.floor(random() * 40)
    const perSecond = random() < 0.4 ? Infinity : 100 + Math.floor(random() * 900)
    const fate = random()
    if (fate < 0.1) return httpError(400)(reply)
    if (fate > 0.9)
      return toolCalls({ name: 'list_tasks', args: { status: 'all' } }, { name: 'add_task', args: { title: 'Buy milk' } })(reply)
    // Nobody has this task, and a person is asked all the same.
    if (fate > 0.85) return toolCalls({ name: 'delete_task', args: { taskId: randomUUID() } })(reply)
    if (fate < 0.3) return tokens(count, { perSecond, stopAfter: Math.ceil(count / 2), then: 'truncate' })(reply)
    return tokens(count, { perSecond })(reply)
  }
}

interface World {
  readonly client: Client
  readonly reader: Follower
  readonly readers: Follower[]
  readonly looks: Snapshot[]
  readonly conversationId: string
}

function chooseCommand(random: () => number, world: World): [string, () => Promise<unknown>] {
  const { client, reader, readers, conversationId, looks } = world
  const { conversations, messages } = client.client
  const known = Object.values({ ...reader.state().settled, ...reader.state().running })
  const choose = (fits: (message: Message) => boolean): string => {
    const fitting = known.filter(fits)
    return fitting[Math.floor(random() * fitting.length)]?.id ?? randomUUID()
  }
  const request = () => ({ requestId: randomUUID() })
  const content = `message ${Math.floor(random() * 1_000)}`
  const cursor = () => String(Math.floor(random() * (reader.state().cursor + 1)))
  const all: readonly (readonly [number, string, () => Promise<unknown>])[] = [
    [6, 'send', () => messages.send.mutate({ ...request(), conversationId, content })],
    [
      2,
      'send-to',
      () => messages.send.mutate({ ...request(), conversationId, content, parentId: choose(({ role }) => role === 'assistant') }),
    ],
    [1, 'send-root', () => messages.send.mutate({ ...request(), conversationId, content, parentId: null })],
    [3, 'edit', () => messages.edit.mutate({ ...request(), content, messageId: choose(({ role }) => role === 'user') })],
    [4, 'regenerate', () => messages.regenerate.mutate({ ...request(), messageId: choose(({ role }) => role === 'assistant') })],
    [4, 'cancel', () => messages.cancel.mutate({ messageId: choose(({ status }) => isActive(status)) })],
    [
      3,
      'continue',
      () =>
        messages.continue.mutate({
          ...request(),
          messageId: choose(({ status }) => status === 'error' || status === 'cancelled'),
        }),
    ],
    [3, 'delete', () => messages.delete.mutate({ ...request(), messageId: choose(() => true) })],
    [
      3,
      'decide',
      () =>
        decide(
          client,
          known.find(({ status }) => status === 'waiting'),
          random() < 0.5,
        ),
    ],
    [1, 'rename', () => conversations.update.mutate({ conversationId, title: content })],
    [1, 'pin', () => conversations.update.mutate({ conversationId, pinned: random() < 0.5 })],
    [2, 'switch', () => conversations.update.mutate({ conversationId, activeMessageId: choose(() => true) })],
    [1, 'mark-read', () => conversations.markRead.mutate({ conversationId, cursor: cursor() })],
    [2, 'drop', async () => (client.dropSocket(), nextTurn())],
    [6, 'look', async () => looks.push(await conversations.get.query({ conversationId, limit: 1 + Math.floor(random() * 9) }))],
    [1, 'join', async () => (readers.push(follow(client.client, conversationId)), nextTurn())],
  ]
  let point = random() * all.reduce((sum, [weight]) => sum + weight, 0)
  const [, name, run] = all.find(([weight]) => (point -= weight) < 0) ?? all[0] ?? ([1, 'none', async () => {}] as const)
  return [name, run]
}

/** The library's client forgets its subscriptions when its line is cut between two that are made in one turn of the event loop. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
