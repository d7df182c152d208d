import { expect, test } from 'vitest'
import { createSessionTokens } from './session-tokens.ts'
import { GuestRefusedError, SignedOutError } from './token-source.ts'

const token = `h.${Buffer.from('{"sub":"guest"}').toString('base64url')}.s`

const toUrl = (input: string | URL | Request) => (input instanceof Request ? input.url : input.toString())

/** A server with one session at most; `calls` are the paths that were asked for. */
function createAuthServer(session: string | null) {
  const state = { session, calls: [] as string[] }
  const answer = (body: unknown, status = 200, cookie?: string) =>
    new Response(JSON.stringify(body), { status, headers: cookie ? { 'set-cookie': cookie } : {} })
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const path = new URL(toUrl(input)).pathname.replace('/api/auth/', '')
    state.calls.push(path)
    const cookie = new Headers(init?.headers).get('cookie')
    const isKnown = state.session !== null && cookie === `session=${state.session}`
    if (path === 'token') return isKnown ? answer({ token }) : answer({}, 401)
    if (path === 'get-session') return answer(isKnown ? {} : null)
    state.session = 's1'
    return answer({}, 200, 'session=s1; Path=/; HttpOnly')
  }
  return { state, fetch }
}

const base = 'http://server.test'

test('a first visitor becomes a guest, and the cookie is kept for the next token', async () => {
  const { state, fetch } = createAuthServer(null)
  const source = createSessionTokens({ base, mayBecomeGuest: () => true, mayHaveSession: () => false, fetch })
  expect(await source.get()).toBe(token)
  expect(state.calls).toEqual(['get-session', 'sign-in/anonymous', 'token'])
  source.forget()
  expect(await source.get()).toBe(token)
  expect(state.calls.slice(3)).toEqual(['token'])
})

test('a user with an account is not made a guest without being asked', async () => {
  const { state, fetch } = createAuthServer(null)
  const source = createSessionTokens({ base, mayBecomeGuest: () => false, mayHaveSession: () => true, fetch })
  await expect(source.get()).rejects.toBeInstanceOf(SignedOutError)
  expect(state.calls).toEqual(['token'])
})

test('a failing server does not make a user a guest', async () => {
  const calls: string[] = []
  const fetch: typeof globalThis.fetch = async (input) => {
    calls.push(toUrl(input))
    return new Response('', { status: 503 })
  }
  const source = createSessionTokens({ base, mayBecomeGuest: () => true, mayHaveSession: () => true, fetch })
  await expect(source.get()).rejects.toThrow('503')
  expect(calls).toEqual([`${base}/api/auth/token`])
})

test('[N8] a guest whose token is refused stays the only one, however often a token is asked for', async () => {
  const calls: string[] = []
  const fetch: typeof globalThis.fetch = async (input) => {
    const path = new URL(toUrl(input)).pathname.replace('/api/auth/', '')
    calls.push(path)
    return path === 'token' ? new Response('{}', { status: 401 }) : Response.json(null)
  }
  const source = createSessionTokens({ base, mayBecomeGuest: () => true, mayHaveSession: () => true, fetch })
  for (let tries = 0; tries < 5; tries += 1) await expect(source.get()).rejects.toBeInstanceOf(GuestRefusedError)
  expect(calls.filter((path) => path === 'sign-in/anonymous')).toHaveLength(1)
})

test('where a server takes no guests, a visitor has to sign in', async () => {
  const fetch: typeof globalThis.fetch = async (input) =>
    toUrl(input).endsWith('/get-session') ? Response.json(null) : Response.json({ code: 'GUESTS_OFF' }, { status: 403 })
  let told = 0
  const onNoGuests = () => void (told += 1)
  const source = createSessionTokens({ base, mayBecomeGuest: () => true, mayHaveSession: () => false, onNoGuests, fetch })
  await expect(source.get()).rejects.toBeInstanceOf(SignedOutError)
  expect(told).toBe(1)
})
