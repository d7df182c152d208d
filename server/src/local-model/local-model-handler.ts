import type { LocalModelState } from '@holdfast/shared'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { ControlHandler } from '../platform/control/control-server.ts'
import { Refusal } from '../platform/refusal.ts'
import { LocalModelError } from './local-model-error.ts'
import type { LocalModel } from './open-local-model.ts'

const requestSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('state') }),
  z.object({ do: z.literal('install'), name: z.string() }),
  z.object({ do: z.literal('remove') }),
])
export type LocalModelRequest = z.output<typeof requestSchema>

const lookEveryMs = 200

/** For a command while the server runs: yields the state until there is nothing more to wait for. A command that leaves cancels. */
export function createLocalModelHandler(localModel: LocalModel): ControlHandler {
  return async function* (input, signal): AsyncGenerator<LocalModelState> {
    const request = requestSchema.parse(input)
    try {
      if (request.do === 'install') localModel.install(request.name)
      if (request.do === 'remove') await localModel.remove()
    } catch (error) {
      if (error instanceof Refusal) throw new LocalModelError(error.message)
      throw error
    }
    yield localModel.state()
    while (request.do === 'install' && ['installing', 'starting'].includes(localModel.state().state)) {
      try {
        await wait(lookEveryMs, undefined, { signal })
      } catch {
        // The command was ended, or the server stops.
        await localModel.cancel()
        return
      }
      yield localModel.state()
    }
  }
}
