import { execFile, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Message, Snapshot } from '@holdfast/shared'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { logArbitrary } from '../../shared/test/arbitrary-log.ts'
import { checkpointToWholeSnapshot, createLogWriter } from '../../shared/test/log-writer.ts'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { createGate, inTurn, text, thinking, tokens, tokensText, toolCalls } from '../testing/scripted-provider/index.ts'
import { ask } from './send.ts'

const program = fileURLToPath(new URL('../../docs/examples/python/holdfast.py', import.meta.url))
const hasPython = isPythonNewEnough()
if (!hasPython) process.stdout.write('python3 from 3.9 on is not on this machine: the client in Python is not tested.\n')

function isPythonNewEnough(): boolean {
  try {
    execFileSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'], { stdio: 'ignore' })
    return true
  } catch (error) {
    if (error instanceof Error && ('status' in error || ('code' in error && error.code === 'ENOENT'))) return false
    throw error
  }
}

let app: TestApp
let directory: Awaited<ReturnType<typeof createTemporaryDirectory>>

beforeAll(async () => {
  directory = await createTemporaryDirectory()
  app = await createTestApp({ overrides: { heartbeatMs: 300 } })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

interface Where {
  readonly url?: string
  readonly token?: string
  /** The file with the guest's cookie. */
  readonly session?: string
  readonly input?: string
}

function environment({ url = app.url, token, session = join(directory.path, 'guest.json') }: Where) {
  const own = { HOLDFAST_URL: url, HOLDFAST_SESSION: session, PYTHONDONTWRITEBYTECODE: '1' }
  return { ...process.env, ...own, ...(token === undefined ? {} : { HOLDFAST_TOKEN: token }) }
}

/** What the program prints. @throws with its error output, when it ends with another code than 0 */
function python(args: readonly string[], where: Where = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: environment(where), timeout: 30_000, maxBuffer: 1 << 28 }
    const child = execFile('python3', [program, ...args], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`))
      else resolve(stdout)
    })
    child.stdin?.end(where.input ?? '')
  })
}

const byId = (messages: readonly Message[]) => messages.toSorted((one, other) => (one.id < other.id ? -1 : 1))

interface Troubles {
  /** After how many bytes the answers to follows break off, one number a connection. */
  readonly streams?: readonly number[]
  /** The same for all other connections. */
  readonly commands?: readonly number[]
  /** Changes what the server says; the length has to stay. */
  readonly rewrite?: (said: string) => string
}

interface BrokenNetwork extends AsyncDisposable {
  readonly url: string
  /** Resets the connections that are open. */
  readonly cut: () => void
  readonly cuts: () => number
}

/** A way to a server with these troubles. */
async function openBrokenNetwork(target: URL, troubles: Troubles): Promise<BrokenNetwork> {
  const streams = [...(troubles.streams ?? [])]
  const commands = [...(troubles.commands ?? [])]
  const { rewrite = (said) => said } = troubles
  const open = new Set<Socket>()
  let cuts = 0
  const breakOff = (socket: Socket) => {
    cuts += 1
    socket.resetAndDestroy()
  }
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    let left = Infinity
    near.once('data', (head: Buffer) => {
      const isStream = head.includes('conversations.follow')
      if (isStream) open.add(near)
      left = (isStream ? streams : commands).shift() ?? Infinity
    })
    near.pipe(far)
    far.on('data', (bytes: Buffer) => {
      if (near.destroyed) return
      const said = Buffer.from(rewrite(bytes.toString('latin1')), 'latin1')
      near.write(said.subarray(0, Math.min(left, said.length)), () => {
        if (left <= 0 && !near.destroyed) breakOff(near)
      })
      left -= bytes.length
    })
    near.on('error', () => far.destroy()).on('close', () => far.destroy())
    far.on('error', () => near.destroy()).on('close', () => near.destroySoon())
    near.on('close', () => open.delete(near))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      for (const socket of open) breakOff(socket)
    },
    cuts: () => cuts,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

describe.skipIf(!hasPython)('the client in Python', () => {
  test('[F2] [F3] [F4] its fold drops repeated text, passes unknown events over, and reports a gap', async () => {
    const writer = createLogWriter()
    writer.transaction(0, () => writer.appendTurn(null, 'Hello?'))
    const message = writer.messages.at(-1)
    if (!message) throw new Error('there is no answer')
    writer.transaction(0, () => writer.start(message, 1))
    const { records, start } = writer.written()
    const snapshot = { seq: 0, at: message.createdAt, event: { type: 'snapshot', ...checkpointToWholeSnapshot(start) } }
    const toLine = (...events: readonly object[]) =>
      JSON.stringify([
        snapshot,
        ...records,
        ...events.map((event, index) => ({ seq: records.length + index + 1, at: message.createdAt, event })),
      ])
    const delta = (offset: number, text: string) => ({ type: 'text-delta', messageId: message.id, part: 0, offset, text })
    const input = toLine(delta(0, 'a\ud83d'), { type: 'of-the-future', what: 1 }, delta(1, '👋b'), delta(0, 'a👋'))
    const state = JSON.parse(await python(['fold'], { input })) as Snapshot
    expect(state.messages.at(-1)?.content).toBe('a👋b')
    expect(state.cursor).toBe(String(records.length + 4))
    await expect(python(['fold'], { input: toLine(delta(1, 'late')) })).rejects.toThrow('Gap')
  })

  test('[F6] its fold gives what the writer of any log holds', async () => {
    const logs = fc.sample(logArbitrary, { numRuns: 200, seed: 7 })
    const input = logs.map(({ start, records }) => {
      const snapshot = {
        seq: 0,
        at: start.conversation.createdAt,
        event: { type: 'snapshot', ...checkpointToWholeSnapshot(start) },
      }
      return JSON.stringify([snapshot, ...records])
    })
    const states = (await python(['fold'], { input: input.join('\n') })).trimEnd().split('\n')
    expect(states).toHaveLength(logs.length)
    for (const [index, { start, checkpoints }] of logs.entries())
      expect(JSON.parse(states[index] ?? '')).toEqual(checkpointToWholeSnapshot(checkpoints.at(-1) ?? start))
  })

  test('[S2] asks as a guest, prints exactly the text, and is the same guest the next time', async () => {
    const said = 'Hello, "you" \\ and ünïcödé 👋🏽\nin two lines.  '
    app.provider.script(text(said))
    expect(await python(['ask', 'Hello?'])).toBe(`${said}\n`)
    const [line = '', ...more] = (await python(['list'])).trimEnd().split('\n')
    expect([line, more]).toEqual([expect.stringContaining('  Hello?'), []])
    expect(await python(['show', line.split('  ')[0] ?? ''])).toContain(`assistant [completed]\n${said}\n`)
  })

  test('[S7] does not become another guest when its session has ended', async () => {
    const session = join(directory.path, 'ended.json')
    await writeFile(session, JSON.stringify({ [app.url]: 'holdfast.session_token=ended' }))
    await expect(python(['list'], { session })).rejects.toThrow("the guest's session has ended")
  })

  test('[C7] [R1] sends once and prints every character once, over connections that break in the middle', async () => {
    const gate = createGate()
    app.provider.script(tokens(300, { stopAfter: 200, then: gate }))
    const user = await app.createUser()
    await using network = await openBrokenNetwork(new URL(app.url), { streams: [100, 900, 2_000], commands: [10] })
    const { token } = await user.client.tokens.create.mutate({ name: 'program', scopes: ['api'] })
    const child = spawn('python3', [program, 'ask', 'Count.'], { env: environment({ url: network.url, token }) })
    let [printed, errors] = ['', '']
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (!printed.endsWith('t200 ')) return
      network.cut()
      gate.open()
    })
    const [code] = await once(child, 'close')
    expect([code, errors, printed]).toEqual([0, '', `${tokensText(300)}\n`])
    expect(network.cuts()).toBeGreaterThanOrEqual(4)
    expect(app.provider.requests.filter(({ lastUserText }) => lastUserText === 'Count.')).toHaveLength(1)
  })

  test('[M6] folds tool calls, reasoning, an edit, a deletion and a branch to what conversations.get gives', async () => {
    const user = await app.createUser()
    const { token } = user
    const { id: conversationId } = await user.client.conversations.create.mutate({})
    const watching = spawn('python3', [program, 'watch', conversationId], {
      env: environment({ token }),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface(watching.stdout)[Symbol.asyncIterator]()
    let watched = (await lines.next()).value ?? ''
    app.provider.script(
      inTurn(
        thinking(
          'Which tasks? 🤔',
          toolCalls({ name: 'add_task', args: { title: 'Read' } }, { name: 'list_tasks', args: { status: 'no' } }),
        ),
        thinking('Good.', text('There is one task now.')),
        text('A second answer 👋'),
        text('Another one'),
        text('The answer to the edited question'),
      ),
    )
    const first = await ask(user, 'Plan', { conversationId })
    const second = await ask(user, 'More', { conversationId })
    const command = () => ({ requestId: randomUUID() })
    const again = await user.client.messages.regenerate.mutate({ ...command(), messageId: second.assistantMessageId })
    await isDone(again.assistantMessageId)
    const edited = await user.client.messages.edit.mutate({ ...command(), messageId: second.userMessageId, content: 'Less' })
    await isDone(edited.assistantMessageId)
    await user.client.messages.delete.mutate({ ...command(), messageId: first.userMessageId })
    const snapshot = await user.client.conversations.get.query({ conversationId })
    const all = await user.client.conversations.export.query({ conversationId })
    const replayed = await python(['show', conversationId, '--json', '--from', '0', '--until', snapshot.cursor], { token })
    await user.client.conversations.delete.mutate({ conversationId })

    for await (const line of lines) watched = line

    for (const printed of [watched, replayed]) {
      const state = JSON.parse(printed) as Snapshot
      expect(byId(state.messages)).toEqual(byId(all.messages))
      for (const message of snapshot.messages) expect(state.messages).toContainEqual(message)
    }
    const { conversation, cursor } = JSON.parse(watched) as Snapshot
    expect(conversation).toEqual(snapshot.conversation)
    expect(Number(cursor)).toBe(Number(snapshot.cursor) + 1)
    const parts = new Set(all.messages.flatMap((message) => message.parts.map(({ type }) => type)))
    expect(parts).toEqual(new Set(['text', 'reasoning', 'tool-call']))

    async function isDone(messageId: string): Promise<void> {
      await expect
        .poll(async () => (await user.client.messages.content.query({ messageId })).status, { interval: 20 })
        .toBe('completed')
    }
  })

  test('finds that the server keeps the rules that it can try', async () => {
    const lines = (await python(['check'])).trimEnd().split('\n')
    expect(lines.pop()).toBe(`${lines.length} rules, 0 failed`)
    for (const line of lines) expect(line).toMatch(/^\[[A-Z]\d+\] ok {7}\S/u)
    expect(lines.length).toBeGreaterThan(30)
  })

  test('names the rules that a server breaks', async () => {
    const rewrite = (said: string) => said.replaceAll('NOT_FOUND', 'FORBIDDEN')
    await using network = await openBrokenNetwork(new URL(app.url), { rewrite })
    const { message } = await python(['check'], { url: network.url }).then(
      () => new Error('it found nothing'),
      (error: unknown) => error as Error,
    )
    expect([...message.matchAll(/^\[(\w+)\] FAILED/gmu)].map(([, id]) => id)).toEqual(['C9', 'R3', 'R7', 'X1', 'H4'])
  })
})
