import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { errorToCodes } from '../error-codes.ts'
import { StartError } from '../start-error.ts'
import { toControlAddress } from './control-address.ts'

const lineSchema = z.union([
  z.object({ value: z.unknown() }),
  z.object({ done: z.literal(true) }),
  z.object({ error: z.string() }),
])

/** A command that the server has begun: it ends when this is disposed of, whatever it was doing. */
export interface RunningCommand extends Disposable {
  /** What the server sends. @throws StartError when it cannot do it, or stops in the meantime */
  readonly values: AsyncGenerator<unknown, void>
}

/** Asks the server that runs on a data directory to do something. Null: no server answers there. */
export async function callServer(dataDir: string, name: string, input: unknown = {}): Promise<RunningCommand | null> {
  const socketPath = toControlAddress(dataDir)
  if (socketPath === null) return null
  const call = request({ socketPath, path: `/${name}`, method: 'POST', agent: false })
  call.end(JSON.stringify(input))
  let response: IncomingMessage
  try {
    ;[response] = (await once(call, 'response')) as [IncomingMessage]
  } catch (error) {
    if (errorToCodes(error).some((code) => ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'ENOTSOCK'].includes(code))) return null
    throw error
  }
  if (response.statusCode !== 200) {
    call.destroy()
    throw new StartError('The running server does not know this command: it is of another version. Stop it first.')
  }
  return { values: readValues(response), [Symbol.dispose]: () => void call.destroy() }
}

async function* readValues(response: IncomingMessage): AsyncGenerator<unknown, void> {
  const lines = createInterface({ input: response, crlfDelay: Infinity })
  // A connection that breaks ends the lines early, which is told below.
  response.on('error', () => lines.close())
  for await (const line of lines) {
    const parsed = lineSchema.parse(JSON.parse(line))
    if ('done' in parsed) return
    if ('error' in parsed) throw new StartError(parsed.error)
    yield parsed.value
  }
  throw new StartError('The server stopped in the meantime. Try again.')
}
