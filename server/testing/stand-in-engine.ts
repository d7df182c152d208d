import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Engine, EngineOptions } from '../src/local-model/process/engine.ts'

/**
 * Takes the place of llama.cpp in the process of a local model, and does what the question says: `wait` gives two words and goes no
 * further, `tool NAME` calls a tool once, anything else is answered with the bytes of the model. What was begun is finished.
 */
export async function createEngine({ modelPath }: EngineOptions): Promise<Engine> {
  const model = (await readFile(modelPath, 'utf8')).slice(0, 16)
  return {
    contextTokens: 4_096,
    async answer({ messages, tools, signal, onText }) {
      const asked = messages.findLast(({ role }) => role === 'user')?.content ?? ''
      const said = messages.some(({ role, content }) => role === 'assistant' && content.includes('one two'))
      const usage = { inputTokens: 7, outputTokens: 3 }
      const [, name] = /tool (\w+)/u.exec(asked) ?? []
      if (said) onText(' three four')
      else if (asked === 'wait') {
        onText('one')
        onText(' two')
        if (!signal.aborted) await once(signal, 'abort')
        signal.throwIfAborted()
      } else if (
        name !== undefined &&
        tools.some((tool) => tool.name === name) &&
        !messages.some(({ role }) => role === 'tool')
      ) {
        return { finish: 'tool_calls', calls: [{ name, arguments: '{}' }], ...usage }
      } else onText(`I am ${model}`)
      return { finish: 'stop', calls: [], ...usage }
    },
  }
}
