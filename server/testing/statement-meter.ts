import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** One statement as a client sent it to Postgres, with what it did. */
export interface MeteredStatement {
  readonly text: string
  /** How often the client waited for the server until it had the statement's result. */
  readonly roundTrips: number
  /** The rows that it read or wrote, as the server says. */
  readonly rows: number
}

/** A proxy in front of a Postgres that reads along. */
export interface StatementMeter extends AsyncDisposable {
  /** The database's address by way of the proxy. */
  readonly url: string
  /** What has ended since the last call, in the order of the ends. */
  readonly take: () => MeteredStatement[]
  /** How many statements were prepared under a name, on all connections together. */
  readonly prepared: () => number
}

/**
 * Counts on the wire, where no driver and no pool can hide anything: every simple query and every execution is a statement, and each time
 * that the client hands the turn to the server (`Query`, `Sync`, `Flush`) is a round trip. `begin` and `commit` are statements, too.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export async function createStatementMeter(address: string): Promise<StatementMeter> {
  const target = new URL(address)
  const ended: MeteredStatement[] = []
  const sockets = new Set<Socket>()
  let prepared = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    const meter = createConnectionMeter({
      onStatement: (statement) => ended.push(statement),
      onPrepared: () => {
        prepared += 1
      },
    })
    client.on('data', (chunk: Buffer) => {
      meter.toServer(chunk)
      upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      meter.toClient(chunk)
      client.write(chunk)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one)
      one.setNoDelay(true)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(address)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    take: () => ended.splice(0),
    prepared: () => prepared,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Waiting {
  readonly text: string
  /** Turns given to the server before its result. */
  readonly turns: number
}

function createConnectionMeter(listener: { onStatement: (statement: MeteredStatement) => void; onPrepared: () => void }) {
  /** By the name of the prepared statement; the empty one is that without a name. */
  const texts = new Map<string, string>()
  const namesByPortal = new Map<string, string>()
  const waiting: Waiting[] = []
  let turns = 0
  const readClient = createMessageReader(true)
  const readServer = createMessageReader(false)
  const expect = (text: string) => {
    waiting.push({ text, turns })
    turns = 0
  }
  return {
    toServer: (chunk: Buffer) => {
      for (const { type, body } of readClient(chunk)) {
        if (type === 'Q') {
          turns += 1
          expect(readText(body, 0).text)
        }
        if (type === 'P') {
          const { text: name, end } = readText(body, 0)
          if (name !== '') listener.onPrepared()
          texts.set(name, readText(body, end).text)
        }
        if (type === 'B') {
          const { text: portal, end } = readText(body, 0)
          namesByPortal.set(portal, readText(body, end).text)
        }
        if (type === 'E') waiting.push({ text: texts.get(namesByPortal.get(readText(body, 0).text) ?? '') ?? '?', turns: -1 })
        if (type === 'S' || type === 'H') {
          turns += 1
          const last = waiting.at(-1)
          if (last?.turns === -1) {
            waiting[waiting.length - 1] = { text: last.text, turns }
            turns = 0
          }
        }
      }
    },
    toClient: (chunk: Buffer) => {
      for (const { type, body } of readServer(chunk)) {
        if (type !== 'C' && type !== 'E' && type !== 'I') continue
        const done = waiting.shift()
        if (!done) continue
        const rows = type === 'C' ? Number(/\d+$/u.exec(readText(body, 0).text)?.[0] ?? 0) : 0
        listener.onStatement({ text: done.text, roundTrips: done.turns, rows })
      }
    },
  }
}

/** Splits a stream into messages of the protocol. A client's first message has no type. */
export function createMessageReader(hasStartup: boolean) {
  let rest = Buffer.alloc(0)
  let isStartup = hasStartup
  return function* read(chunk: Buffer): Generator<{ type: string; body: Buffer }> {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const head = isStartup ? 0 : 1
      if (rest.length < head + 4) return
      const length = rest.readInt32BE(head)
      if (rest.length < head + length) return
      const type = isStartup ? '' : String.fromCharCode(rest[0] ?? 0)
      const body = rest.subarray(head + 4, head + length)
      rest = rest.subarray(head + length)
      isStartup = false
      yield { type, body }
    }
  }
}

function readText(body: Buffer, start: number): { text: string; end: number } {
  const end = body.indexOf(0, start)
  return { text: body.toString('utf8', start, end), end: end + 1 }
}
