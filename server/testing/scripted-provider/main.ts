import { parseArgs } from 'node:util'
import { createScriptedProvider } from './create-scripted-provider.ts'

/** The scripted provider as a process of its own. Prints its address in one line and runs until it is stopped. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
const provider = await createScriptedProvider({ port: Number(values.port) })
console.log(provider.baseUrl)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))
