import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createLines, type Line } from './lines.ts'

/** A TCP proxy on 127.0.0.1 whose lines break as those of networks do. */
export interface TcpProxy extends Disposable {
  readonly port: number
  /** Connections that are open now. */
  readonly open: () => number
  /** Resets every open connection. Gives their number. */
  readonly cut: () => number
  /** Half-open: what is sent on the connections that are open now vanishes, and no side is told. New connections work. */
  readonly silence: () => number
  /** New connections are refused until it is called with false. */
  readonly refuse: (isRefusing: boolean) => void
  /** Everything is held back until the returned function is called: late, but complete. */
  readonly stall: () => () => void
}

/** `targets`: the ports to connect to, in turn; the next one is tried when one refuses. */
export async function openTcpProxy(targets: () => readonly number[]): Promise<TcpProxy> {
  const lines = createLines()
  let isRefusing = false
  let turn = 0
  const held = new Set<Socket>()
  let isStalled = false

  const server = createServer({ allowHalfOpen: false }, (near) => {
    near.on('error', () => near.destroy())
    near.setNoDelay(true)
    if (isRefusing) return near.resetAndDestroy()
    const ports = targets()
    turn += 1
    void reach(ports.map((_, index) => ports[(index + turn) % ports.length] ?? 0)).then((far) => {
      if (far === null || near.destroyed) {
        far?.destroy()
        return near.resetAndDestroy()
      }
      const line = lines.add(near, far)
      carry(line, near, far)
      carry(line, far, near)
      return undefined
    })
  })

  function carry(line: Line, from: Socket, to: Socket) {
    if (isStalled) {
      held.add(from)
      from.pause()
    }
    from.on('data', (bytes: Buffer) => {
      if (line.isSilent) return
      if (!to.write(bytes)) {
        from.pause()
        to.once('drain', () => {
          if (!held.has(from)) from.resume()
        })
      }
    })
    from.on('error', () => from.destroy())
    from.on('close', () => {
      lines.remove(line)
      held.delete(from)
      // On a silent line the other side learns nothing of the end.
      if (!line.isSilent) to.destroy()
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    open: () => lines.all.size,
    cut: lines.cut,
    silence: lines.silence,
    refuse: (refuses) => {
      isRefusing = refuses
    },
    stall: () => {
      isStalled = true
      for (const { near, far } of lines.all) {
        for (const socket of [near, far]) {
          held.add(socket)
          socket.pause()
        }
      }
      return () => {
        isStalled = false
        for (const socket of held) socket.resume()
        held.clear()
      }
    },
    [Symbol.dispose]: () => {
      lines.cut()
      server.close()
    },
  }
}

/** The first of these ports that takes a connection. */
async function reach(ports: readonly number[]): Promise<Socket | null> {
  for (const port of ports) {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    const isConnected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    if (isConnected) return socket
  }
  return null
}
