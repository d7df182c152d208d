import { expect, test, vi } from 'vitest'
import { createTokenSource } from './token-source.ts'

const toToken = (sub: string, secondsToLive: number, n = 0) =>
  `h.${Buffer.from(JSON.stringify({ sub, iat: 0, exp: secondsToLive, n })).toString('base64url')}.s`

const twoTokens = (): [string, string] => [toToken('a', 300, 1), toToken('a', 300, 2)]

function createClockedSource(tokens: string[]) {
  let now = 0
  const fetchToken = vi.fn(async (_: { readonly refused: boolean }) => tokens.shift() ?? 'none left')
  return { source: createTokenSource(fetchToken, () => now), fetchToken, pass: (ms: number) => (now += ms) }
}

test('many concurrent callers cause one request', async () => {
  const { source, fetchToken } = createClockedSource([toToken('a', 300)])
  const tokens = await Promise.all([source.get(), source.get(), source.get()])
  expect(new Set(tokens).size).toBe(1)
  expect(fetchToken).toHaveBeenCalledTimes(1)
})

test('a token is used until three fifths of its life are over, then replaced', async () => {
  const [first, second] = twoTokens()
  const { source, pass } = createClockedSource([first, second])
  expect(await source.get()).toBe(first)
  pass(179_000)
  expect(await source.get()).toBe(first)
  pass(2_000)
  expect(await source.get()).toBe(second)
})

test('a refused token is replaced, and its source is notified', async () => {
  const [first, second] = twoTokens()
  const { source, fetchToken } = createClockedSource([first, second])
  await source.get()
  source.refused(first)
  expect(await source.get()).toBe(second)
  expect(fetchToken.mock.calls).toEqual([[{ refused: false }], [{ refused: true }]])
})

test('a refusal that comes late does not throw away the token that replaced the refused one', async () => {
  const [first, second] = twoTokens()
  const { source } = createClockedSource([first, second, 'third'])
  await source.get()
  source.refused(first)
  await source.get()
  source.refused(first)
  expect(await source.get()).toBe(second)
})

test('a failed request is not remembered', async () => {
  const fetchToken = vi.fn(async (_: object) => 'token')
  fetchToken.mockRejectedValueOnce(new Error('no network'))
  const source = createTokenSource(fetchToken)
  await expect(source.get()).rejects.toThrow('no network')
  expect(await source.get()).toBe('token')
})

test('a token that was asked for before a sign-in is not used after it', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const answers = [promise, Promise.resolve(toToken('after', 300))]
  const source = createTokenSource(async () => answers.shift() ?? 'none left')
  const asked = source.get()
  source.forget()
  const after = await source.get()
  resolve(toToken('before', 300))
  expect(await asked).toBe(after)
  expect(source.userId.get()).toBe('after')
})
