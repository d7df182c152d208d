import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A program of the machine that a test needs: started on a port of its own. */
export interface ServiceProcess extends AsyncDisposable {
  readonly port: number
  readonly end: (signal?: NodeJS.Signals) => Promise<void>
}

/** The first of these programs that the machine has; null, with a line that says so, when it has none. */
export function findProgram(...names: readonly string[]): string | null {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`
  const found = names.find((name) => spawnSync('which', [name], { env: { PATH: path } }).status === 0)
  if (found) return spawnSync('which', [found], { env: { PATH: path }, encoding: 'utf8' }).stdout.trim()
  console.info(`skipped: this machine has no ${names.join(' or ')}`)
  return null
}

/** Resolves when the port takes connections. @throws with what the program printed when it ends before */
export async function startService(
  program: string,
  args: readonly string[],
  port: number,
  identity: { readonly uid?: number; readonly gid?: number } = {},
): Promise<ServiceProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...identity })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = once(child, 'exit')
  while (!(await isOpen(port))) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${output}`)
    await sleep(20)
  }
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await exited
  }
  return { port, end, [Symbol.asyncDispose]: () => end('SIGKILL') }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

export async function findFreePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
