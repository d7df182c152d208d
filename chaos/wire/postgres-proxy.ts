import { connect, createServer, type AddressInfo } from 'node:net'
import { createLines, resetLine } from './lines.ts'
import { createFrameReader, createStatementReader, type Frame } from './postgres-frames.ts'

/**
 * A place in the life of a generation, seen from the database. `before`: the statement does not arrive. `inside`: it has run, and its
 * transaction has not committed. `after`: its commit has arrived, and its answer does not come back.
 */
export interface Place {
  readonly statement: RegExp
  readonly when: 'before' | 'inside' | 'after'
}

/** A proxy in front of Postgres that knows what is said. One for each node. */
export interface PostgresProxy extends Disposable {
  readonly port: number
  /** Resets every connection. */
  readonly cut: () => number
  /** Half-open: what is sent on the connections that are open now vanishes. */
  readonly silence: () => number
  readonly refuse: (isRefusing: boolean) => void
  /** Calls `onCome` the first time that a connection comes to a place, and cuts that connection there. Gives a function that takes it back. */
  readonly trap: (place: Place, onCome: () => void) => () => void
  /** Forgets every trap. */
  readonly clearTraps: () => void
  /** Notifications are lost, doubled and put behind the next one, by these random numbers; null: they are carried as they are. */
  readonly troubleNotices: (random: (() => number) | null) => void
}

interface Trap {
  readonly place: Place
  readonly onCome: () => void
}

/** `now`: the statement is not forwarded; `deaf`: it is, and nothing comes back. */
type Verdict = 'pass' | 'now' | 'deaf'

export async function openPostgresProxy(target: number): Promise<PostgresProxy> {
  const lines = createLines()
  const traps = new Set<Trap>()
  let isRefusing = false
  let noticeRandom: (() => number) | null = null

  /** What a connection does about the statement that it is about to run. */
  function createWatch(): (text: string) => Verdict {
    let sprung: Trap | null = null
    const spring = (trap: Trap): void => {
      traps.delete(trap)
      trap.onCome()
    }
    return (text) => {
      if (/^\s*(?:begin|rollback)/iu.test(text)) sprung = null
      const isCommit = /^\s*commit/iu.test(text)
      if (sprung && isCommit && traps.has(sprung)) {
        const { when } = sprung.place
        spring(sprung)
        return when === 'after' ? 'deaf' : 'now'
      }
      const found = [...traps].find(({ place }) => place.statement.test(text))
      if (!found) return 'pass'
      if (found.place.when === 'before') {
        spring(found)
        return 'now'
      }
      // A statement that is its own transaction commits with its answer.
      if (/json_to_recordset/u.test(text)) {
        spring(found)
        return 'deaf'
      }
      sprung = found
      return 'pass'
    }
  }

  const server = createServer((near) => {
    near.on('error', () => near.destroy())
    if (isRefusing) return near.resetAndDestroy()
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) socket.setNoDelay(true)
    const line = lines.add(near, far)
    const readClient = createFrameReader('client')
    const readServer = createFrameReader('server')
    const readStatement = createStatementReader()
    const watch = createWatch()
    let isDeaf = false
    const carryNotices = createNoticeTrouble((bytes) => far.destroyed || near.write(bytes))
    near.on('data', (bytes: Buffer) => {
      if (line.isSilent) return
      for (const frame of readClient(bytes)) {
        const text = readStatement(frame)
        const verdict = text === null ? 'pass' : watch(text)
        if (verdict === 'now') return resetLine(line)
        if (verdict === 'deaf') isDeaf = true
        far.write(frame.bytes)
      }
    })
    far.on('data', (bytes: Buffer) => {
      if (line.isSilent) return
      for (const frame of readServer(bytes)) {
        // The server is ready for the next statement: the commit has happened, and the client does not learn of it.
        if (isDeaf && frame.type === 'Z') return resetLine(line)
        if (isDeaf) continue
        if (frame.type === 'A') carryNotices(frame, noticeRandom)
        else near.write(frame.bytes)
      }
    })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        lines.remove(line)
        if (!line.isSilent) other.destroy()
      })
    }
    return undefined
  })

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cut: lines.cut,
    silence: lines.silence,
    refuse: (refuses) => {
      isRefusing = refuses
    },
    trap: (place, onCome) => {
      const trap = { place, onCome }
      traps.add(trap)
      return () => void traps.delete(trap)
    },
    clearTraps: () => traps.clear(),
    troubleNotices: (random) => {
      noticeRandom = random
    },
    [Symbol.dispose]: () => {
      lines.cut()
      server.close()
    },
  }
}

/** Loses a fifth of the notifications, doubles a fifth, and puts a fifth behind the next one. */
function createNoticeTrouble(send: (bytes: Buffer) => unknown): (frame: Frame, random: (() => number) | null) => void {
  let late: Buffer | null = null
  return ({ bytes }, random) => {
    const fate = random?.() ?? 1
    if (fate < 0.2) return
    if (fate < 0.4 && late === null) {
      late = bytes
      return
    }
    send(bytes)
    if (fate < 0.6) send(bytes)
    if (late !== null) send(late)
    late = null
  }
}
