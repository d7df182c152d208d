import { createExtensionForCrashes } from './extending/extension-for-crashes.ts'
import { createApp, type AppOverrides } from '../src/app/app.ts'
import { environmentToConfig } from '../src/config/config.ts'
import type { ToolRunner } from '../src/tools/tool-runner.ts'
import { createLogger } from '../src/platform/logger.ts'
import type { Models } from '../src/models/model.ts'

/**
 * The server, which kills itself with SIGKILL at one place, the first time it comes there:
 * - `text`: after 20 pieces of text of the first model call
 * - `call`: the model's calls are recorded, no tool has run
 * - `inside`: the tool has done its work, its transaction has not committed
 * - `after`: that transaction has committed, the next model call has not begun
 * - `end`: the model has ended, the end of the answer is not written
 * - `next`: the second model call has begun and said nothing
 * - `outside`: an external tool has acted, its result is not written
 * - `own-text`: after 20 pieces of text of a developer's provider
 * With EXTENDED it has the tools and the provider of `extension-for-crashes.ts`.
 */
const place = process.env['CRASH_AT']

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('unreachable')
}

function crashingModels(models: Models): Models {
  let calls = 0
  return {
    ...models,
    stream: async function* (request) {
      calls += 1
      const isSecond = request.messages.at(-1)?.role === 'tool'
      if (place === 'after' && isSecond) die()
      let pieces = 0
      for await (const event of models.stream(request)) {
        if (place === 'next' && isSecond) die()
        yield event
        pieces += 1
        if (place === 'text' && calls === 1 && pieces === 20) {
          // The text has to be on disk, or there is nothing to lose.
          await new Promise((resolve) => {
            setTimeout(resolve, 100)
          })
          die()
        }
      }
    },
  }
}

function crashingTools(tools: ToolRunner): ToolRunner {
  return {
    ...tools,
    runInside: async (...call) => {
      if (place === 'call') die()
      const outcome = await tools.runInside(...call)
      if (place === 'inside') die()
      return outcome
    },
  }
}

const config = environmentToConfig(process.env)
const logger = createLogger(config.logLevel, {
  write: (line) => {
    if (place === 'end' && line.includes('"agent-response"')) die()
    process.stdout.write(line)
  },
})
const overrides: AppOverrides = {
  logger,
  extension:
    process.env['EXTENDED'] === undefined
      ? {}
      : createExtensionForCrashes(process.env['EXTENDED'], (at) => at === place && die()),
  wrapModels: crashingModels,
  tools: crashingTools,
}
const app = await createApp(config, overrides)
process.stdout.write(`  Holdfast is ready: ${app.url}\n`)
process.on('SIGTERM', () => {
  app.close().then(
    () => process.exit(0),
    () => process.exit(1),
  )
})
