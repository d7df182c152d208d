import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLinkState, transition, type LinkEvent, type LinkPhase, type LinkState } from './link-state.ts'

// In the middle of its spread: a delay is 250·2^attempt ms.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void vi.restoreAllMocks())

const now = 1_000_000
const minutesMs = 60_000
const idle = createLinkState(true)
const opening: LinkState = { ...idle, name: 'opening', hasHeard: false }
const open: LinkState = { ...idle, name: 'open', since: now - 10_000, hasHeard: true, heardAt: now }
const silent: LinkState = { ...open, hasHeard: false }
const waiting: LinkState = { ...idle, name: 'waiting', retryAt: now + 500, hasTried: true }
const resting: LinkState = { ...idle, kind: 'event-source', name: 'resting' }
const closed: LinkState = { ...idle, name: 'closed' }
const serverSent = { kind: 'event-source', probedAt: now } as const

const lost = { type: 'lost', unauthorized: false } as const
const unauthorized = { type: 'lost', unauthorized: true } as const
const blocked = { type: 'blocked', reason: 'no cookies' } as const
const quiet = {
  type: 'tick',
  quietestHeardAt: now,
  emptySince: Number.POSITIVE_INFINITY,
  hiddenSince: Number.POSITIVE_INFINITY,
} as const
const hidden = { ...quiet, hiddenSince: now - 5_001 } as const

const retryAfter = (delayMs: number) => ['disconnect', `retry-after ${delayMs}`]

/** [state, event, name of the next state, effects, changes of the memory] */
const table: [string, LinkState, LinkEvent, LinkPhase['name'], string[], Partial<LinkState>?][] = [
  ['the first subscription connects', idle, { type: 'subscribed' }, 'opening', ['connect']],
  ['a second subscription uses what is there', open, { type: 'subscribed' }, 'open', []],
  ['an opened transport is open', opening, { type: 'opened' }, 'open', []],
  [
    'a socket that is heard resets the silent failures',
    { ...opening, silentFailures: 1 },
    { type: 'heard' },
    'opening',
    [],
    { silentFailures: 0 },
  ],
  [
    'a transport that holds and is lost: the backoff starts from the beginning',
    { ...open, attempt: 5 },
    lost,
    'waiting',
    retryAfter(250),
    { attempt: 1 },
  ],
  [
    'a transport that breaks within two seconds: the backoff grows',
    { ...open, since: now - 1_999, attempt: 3 },
    lost,
    'waiting',
    retryAfter(2_000),
    { attempt: 4 },
  ],
  ['the first silent failure only retries', opening, lost, 'waiting', retryAfter(250), { silentFailures: 1 }],
  [
    'the second silent failure doubts the WebSocket',
    { ...silent, silentFailures: 1 },
    lost,
    'waiting',
    [...retryAfter(250), 'ask-http'],
    { silentFailures: 0 },
  ],
  [
    'server-sent events that fail are not doubted',
    { ...opening, ...serverSent, silentFailures: 1 },
    lost,
    'waiting',
    retryAfter(250),
  ],
  ['a socket that does not open in time is doubted', opening, { type: 'timed-out' }, 'waiting', [...retryAfter(250), 'ask-http']],
  [
    'the server answers over HTTP: server-sent events take over',
    waiting,
    { type: 'http-reachable' },
    'opening',
    ['connect'],
    serverSent,
  ],
  [
    'an answer that comes after the socket opened changes nothing',
    open,
    { type: 'http-reachable' },
    'open',
    [],
    { kind: 'web-socket' },
  ],
  [
    'a WebSocket gets through again',
    { ...open, ...serverSent },
    { type: 'web-socket-reachable' },
    'opening',
    ['connect'],
    { kind: 'web-socket' },
  ],
  [
    'a WebSocket gets through again while nothing is subscribed',
    { ...idle, ...serverSent },
    { type: 'web-socket-reachable' },
    'idle',
    [],
    { kind: 'web-socket' },
  ],
  ['the retry is due', waiting, { type: 'retry-due' }, 'opening', ['connect']],
  ['a check does not wait for the retry', waiting, { type: 'check' }, 'opening', ['connect']],
  ['a check of an open transport pings', open, { type: 'check' }, 'open', ['ping 2500']],
  ['a check while opening waits for the answer', opening, { type: 'check' }, 'opening', []],
  ['a ping without an answer reconnects immediately', open, { type: 'ping-failed' }, 'waiting', retryAfter(0)],
  ['a refused token is replaced', open, unauthorized, 'waiting', ['renew-token', ...retryAfter(250)], { refusals: 1 }],
  [
    'a second refused token asks to sign in',
    { ...open, refusals: 1 },
    unauthorized,
    'waiting',
    ['renew-token', ...retryAfter(250), 'ask-to-sign-in'],
    { refusals: 2 },
  ],
  [
    'a third refused token does not ask again',
    { ...open, refusals: 2 },
    unauthorized,
    'waiting',
    ['renew-token', ...retryAfter(250)],
    { refusals: 3 },
  ],
  [
    'no token can be had: it asks to sign in',
    opening,
    { type: 'token-failed', isSignedOut: true },
    'waiting',
    [...retryAfter(250), 'ask-to-sign-in'],
  ],
  [
    'the token service is down: it retries',
    opening,
    { type: 'token-failed', isSignedOut: false },
    'waiting',
    retryAfter(250),
    { refusals: 0 },
  ],
  ['data ends the count of refused tokens', { ...open, refusals: 2 }, { type: 'data' }, 'open', [], { refusals: 0 }],
  [
    'a subscription that fails takes its connection with it',
    open,
    { type: 'subscription-failed', unauthorized: false },
    'waiting',
    retryAfter(250),
  ],
  ['a restart forgets the backoff', { ...waiting, attempt: 6 }, { type: 'restart' }, 'opening', ['connect'], { attempt: 0 }],
  ['a restart without subscriptions does nothing', idle, { type: 'restart' }, 'idle', []],
  ['a quiet tick does nothing', open, quiet, 'open', []],
  ['a socket that is not heard for 8 seconds is doubted', silent, quiet, 'waiting', [...retryAfter(250), 'ask-http']],
  ['a socket that is quiet for 10 seconds is pinged', { ...open, heardAt: now - 10_001 }, quiet, 'open', ['ping 5000']],
  [
    'a subscription that is silent for 30 seconds reconnects',
    open,
    { ...quiet, quietestHeardAt: now - 30_001 },
    'waiting',
    retryAfter(0),
  ],
  [
    'after 5 minutes of server-sent events a WebSocket is probed',
    { ...open, ...serverSent, probedAt: now - 5 * minutesMs - 1 },
    quiet,
    'open',
    ['probe-web-socket'],
    { probedAt: now },
  ],
  [
    'where there are no WebSockets none is probed',
    { ...open, ...serverSent, hasWebSocket: false, probedAt: 0 },
    quiet,
    'open',
    [],
  ],
  [
    '30 seconds without a subscription close the connection',
    open,
    { ...quiet, emptySince: now - 30_001 },
    'idle',
    ['disconnect'],
  ],
  ['30 seconds without a subscription end the retries', waiting, { ...quiet, emptySince: now - 30_001 }, 'idle', ['disconnect']],
  ['a hidden page leaves its server-sent events', { ...open, ...serverSent }, hidden, 'resting', ['disconnect']],
  ['a hidden page does not try to reach server-sent events', { ...waiting, ...serverSent }, hidden, 'resting', ['disconnect']],
  ['a hidden page keeps its WebSocket', open, hidden, 'open', []],
  [
    'a page that has just been hidden keeps its stream',
    { ...open, ...serverSent },
    { ...quiet, hiddenSince: now - 4_999 },
    'open',
    [],
  ],
  [
    'what was asked for while the page is hidden gets its time',
    { ...open, ...serverSent, since: now - 4_999 },
    { ...quiet, hiddenSince: now - minutesMs },
    'open',
    [],
  ],
  ['without an acceptable token nothing is tried again', opening, blocked, 'blocked', ['disconnect', 'ask-to-sign-in']],
  [
    'a person can have a blocked link try once more',
    { ...idle, name: 'blocked', reason: '' },
    { type: 'check' },
    'opening',
    ['connect'],
  ],
  ['a page that is shown again connects', resting, { type: 'check' }, 'opening', ['connect']],
  ['a subscription of a hidden page connects', resting, { type: 'subscribed' }, 'opening', ['connect']],
  ['closing ends everything', open, { type: 'closed' }, 'closed', ['disconnect']],
  ['a closed link stays closed', closed, { type: 'subscribed' }, 'closed', []],
  ['a closed link does not restart', closed, { type: 'restart' }, 'closed', []],
]

test.each(table)('%s', (_, state, event, name, effects, memory = {}) => {
  const step = transition(state, event, now)
  expect(step.state).toMatchObject({ name, ...memory })
  expect(step.effects.map(({ type, ...values }) => [type, ...Object.values(values)].join(' '))).toEqual(effects)
})

test('messages that arrive before the transport is reported as open count', () => {
  const heard = transition(opening, { type: 'heard' }, now).state
  expect(transition(heard, { type: 'opened' }, now).state).toMatchObject({ name: 'open', hasHeard: true })
})
