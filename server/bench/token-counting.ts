import { monitorEventLoopDelay } from 'node:perf_hooks'
import { countTokens, loadTokenizer } from '../src/models/count-tokens.ts'
import type { Figure } from './figures.ts'

const length = 200_000
/** Texts that a user may paste. The first one takes 48 seconds in a tokenizer that gets all of it in one piece. */
const texts: Readonly<Record<string, string>> = {
  'one letter': 'a'.repeat(length),
  spaces: ' '.repeat(length),
  base64: Buffer.from(Array.from({ length: (length * 3) / 4 }, (_, index) => (index * 7919) % 251)).toString('base64'),
  Chinese: Array.from({ length }, (_, index) => String.fromCodePoint(0x4e_00 + ((index * 7919) % 20_000))).join(''),
  emoji: '👩‍👩‍👧‍👦'.repeat(Math.ceil(length / 11)).slice(0, length),
  prose: 'The sea is calm tonight. '.repeat(length / 25),
}

/** How long counting keeps everybody else waiting: the longest time in which nothing else ran. */
export async function measureTokenCounting(): Promise<Figure[]> {
  await loadTokenizer()
  await countTokens('warm up '.repeat(2_000))
  let longestMs = 0
  let slowest = ''
  for (const [name, content] of Object.entries(texts)) {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    await countTokens(content)
    delay.disable()
    const blockedMs = delay.max / 1e6
    if (blockedMs <= longestMs) continue
    longestMs = blockedMs
    slowest = name
  }
  return [
    {
      name: 'Counting 200,000 characters, longest block of the event loop',
      value: longestMs,
      unit: 'ms',
      limit: 100,
      method: `${Object.keys(texts).join(', ')}; the slowest was ${slowest}`,
    },
  ]
}
