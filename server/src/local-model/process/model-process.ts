import type { AddressInfo } from 'node:net'
import { setPriority } from 'node:os'
import { createCompletionServer } from './completion-server.ts'
import type { EngineModule } from './engine.ts'
import type { ProcessOrder, ProcessReport } from './process-messages.ts'

/** The process in which a model runs, so that whatever it does to the process, the server lives on. */
process.once('message', (order) => void run(order as ProcessOrder))
// The server is gone.
process.on('disconnect', () => process.exit())

async function run({ engine: program, model, modelPath, runtime, port, token }: ProcessOrder): Promise<void> {
  // The server goes first.
  setPriority(5)
  const { createEngine } = (await import(program)) as EngineModule
  const engine = await createEngine({ modelPath, runtime })
  const server = createCompletionServer({ engine, model, token })
  const listen = (wanted: number) => server.listen(wanted, '127.0.0.1')
  server.on('error', (error: NodeJS.ErrnoException) => {
    // Another program has the port of the last time.
    if (error.code === 'EADDRINUSE' && port !== 0) listen(0)
    else throw error
  })
  server.on('listening', () => {
    const report: ProcessReport = { port: (server.address() as AddressInfo).port }
    process.send?.(report)
  })
  listen(port)
}
