import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { countEachMessage, countMessageTokens, countTokens, countToolTokens, loadTokenizer } from './count-tokens.ts'

beforeAll(loadTokenizer)

describe('counting', () => {
  test.each([
    ['', 0],
    ['hello world', 2],
    ['<|endoftext|>', 7],
  ])('%j has %i tokens', async (text, expected) => {
    expect(await countTokens(text)).toBe(expected)
  })

  test('in slices is wrong by less than a hundredth', async () => {
    const { countTokens: countWhole } = await import('gpt-tokenizer/encoding/o200k_base')
    const prose = Array.from(
      { length: 400 },
      (_, index) =>
        `On day ${index} the ${index % 3 === 0 ? 'sea' : 'harbour'} lay still, and nobody spoke of the ships that had left.\n`,
    ).join('')
    const whole = countWhole(prose)
    expect(Math.abs((await countTokens(prose)) - whole) / whole).toBeLessThan(0.01)
  })

  test('takes half characters and everything else as it is', async () => {
    expect(await countTokens('\ud83d'.repeat(1000))).toBeGreaterThan(100)
    expect(await countTokens(`${'a'.repeat(499)}👩`)).toBe((await countTokens('a'.repeat(499))) + (await countTokens('👩')))
  })

  test('of messages counts calls, results and borders', async () => {
    const messages = [
      { role: 'user', content: 'hello world' },
      { role: 'assistant', content: '', toolCalls: [{ callId: 'a', name: 'add_task', args: '{"title":"Milk"}' }] },
      { role: 'tool', callId: 'a', content: '{}' },
    ] as const
    const counts = await countEachMessage(messages)
    expect(counts[0]).toBe(6)
    expect(counts[1]).toBeGreaterThan(8)
    expect(counts[2]).toBe(5)
    expect(await countMessageTokens(messages)).toBe(counts.reduce((sum, count) => sum + count, 0))
  })

  test('of tools counts their schemas', async () => {
    const tool = { name: 'add', description: 'Adds a task', parameters: { type: 'object', properties: {} } }
    expect(await countToolTokens([])).toBe(0)
    expect(await countToolTokens([tool, tool])).toBeGreaterThan(await countToolTokens([tool]))
  })
})

const size = 200_000
const texts = {
  'one letter': 'a'.repeat(size),
  base64: Buffer.from(Array.from({ length: 150_000 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) % 256)).toString(
    'base64',
  ),
  Chinese: '海上生明月天涯共此时情人怨遥夜竟夕起相思'.repeat(size / 20),
  spaces: ' '.repeat(size),
  emoji: '👩‍👩‍👧'.repeat(size / 8),
  'marks of a model': '<|endoftext|>'.repeat(size / 13),
  'all of Unicode': Array.from({ length: size }, (_, index) => String.fromCharCode((index * 40_503) % 65_536)).join(''),
}

// Without slices some of these take the better part of a minute; with them a stretch is far below 100 ms.
const generousMs = 1_000

test.each(Object.entries(texts))('200 kB of %s do not keep the thread for long', async (_name, text) => {
  expect(await longestStretchMs(text)).toBeLessThan(generousMs)
})

test('others get their turn again and again', async () => {
  let turns = 0
  let isCounting = true
  const count = () => {
    turns += 1
    if (isCounting) setImmediate(count)
  }
  setImmediate(count)
  for (const text of Object.values(texts)) await countTokens(`fair ${text}`)
  isCounting = false
  expect(turns).toBeGreaterThan(2 * Object.keys(texts).length)
})

test('a text that was counted is not counted again', async () => {
  const clock = vi.spyOn(performance, 'now')
  onTestFinished(() => clock.mockRestore())
  const text = texts['all of Unicode'].slice(0, 150_000)
  await countTokens(text)
  expect(clock.mock.calls.length, 'once for each slice').toBeGreaterThan(300)
  clock.mockClear()
  await countTokens(text)
  expect(clock).not.toHaveBeenCalled()
})

/** The most that this thread computes between two turns of the event loop: what other programs do meanwhile does not count. */
async function longestStretchMs(text: string): Promise<number> {
  let longest = 0
  let isCounting = true
  let before = process.threadCpuUsage()
  const measure = () => {
    const { user, system } = process.threadCpuUsage(before)
    longest = Math.max(longest, (user + system) / 1_000)
    before = process.threadCpuUsage()
    if (isCounting) setImmediate(measure)
  }
  setImmediate(measure)
  expect(await countTokens(text)).toBeGreaterThan(1000)
  isCounting = false
  measure()
  return longest
}
