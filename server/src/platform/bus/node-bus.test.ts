import { expect, test, vi } from 'vitest'
import { createLogger } from '../logger.ts'
import type { CarrierListeners, OpenCarrier } from './carrier.ts'
import { openNodeBus } from './node-bus.ts'

/** What is sent on it, and who hears it. */
function createAir() {
  const heard = new Set<CarrierListeners>()
  const air = { texts: [] as string[], isDeaf: false, fails: false, heard }
  const carrier = (name: string, maxBytes = 7_500): OpenCarrier => {
    return async (listeners) => {
      heard.add(listeners)
      return {
        name,
        maxBytes,
        send: async (text) => {
          if (air.fails) throw new Error('no connection')
          air.texts.push(text)
          if (!air.isDeaf) for (const { onText } of heard) queueMicrotask(() => onText(text))
        },
        close: async () => void heard.delete(listeners),
      }
    }
  }
  return { air, carrier }
}

const open = (nodeId: string, carriers: readonly OpenCarrier[]) =>
  openNodeBus({ nodeId, carriers, logger: createLogger('silent'), selfTestMs: 20 })

/** Everything that is on its way has arrived. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 30))

test('a node that is alone sends its self-test and nothing more; with another it sends what that one follows', async () => {
  const { air, carrier } = createAir()
  const one = await open('one', [carrier('air')])
  one.setPeers(['one'])
  await one.subscribe('conversation:1', () => {})
  for (const topic of ['conversation:1', 'user:1', 'settings:changed']) one.publish(topic, { n: 1 })
  await settle()
  expect(air.texts.map((text) => JSON.parse(text) as unknown)).toEqual([{ from: 'one', test: 1 }])

  const two = await open('two', [carrier('air')])
  const heard: unknown[] = []
  for (const topic of ['conversation:2', 'user:1', 'settings:changed']) {
    await two.subscribe(topic, (payload) => heard.push([topic, payload]))
  }
  const healed = vi.fn()
  two.onReconnect(healed)
  const healedHere = vi.fn()
  one.onReconnect(healedHere)
  two.setPeers(['one', 'two'])
  // It says hello, and the other, which has kept to itself, tells it to look once.
  await vi.waitUntil(() => healed.mock.calls.length === 1 && one.peers() === 1)
  await settle()
  const before = air.texts.length
  one.publish('conversation:1', 'not followed there')
  one.publish('conversation:2', 'followed')
  one.publish('user:1', 'content', 'number')
  one.publish('settings:changed', null)
  await settle()
  expect(air.texts).toHaveLength(before + 1)
  expect(heard).toEqual([
    ['conversation:2', 'followed'],
    ['user:1', 'number'],
    ['settings:changed', null],
  ])
  expect(healedHere).not.toHaveBeenCalled()

  // The other leaves: nothing is sent any more, though its row may still be there.
  await two.close()
  await vi.waitUntil(() => one.peers() === 0)
  one.setPeers(['one', 'two'])
  const end = air.texts.length
  one.publish('settings:changed', null)
  await settle()
  expect(air.texts).toHaveLength(end)
  await one.close()
})

test('a carrier that delivers nothing is passed over, and used as soon as it does', async () => {
  const first = createAir()
  const second = createAir()
  first.air.isDeaf = true
  const carriers = [first.carrier('first'), second.carrier('second')]
  const one = await open('one', carriers)
  const two = await open('two', carriers)
  for (const bus of [one, two]) {
    bus.setPeers(['one', 'two'])
    expect(bus.heardOn()).toBe('second')
  }
  const heard: unknown[] = []
  await two.subscribe('x', (payload) => heard.push(payload))
  one.publish('x', 1)
  await settle()
  expect(heard).toEqual([1])

  first.air.isDeaf = false
  const healed = vi.fn()
  one.onReconnect(healed)
  for (const { onReconnect } of first.air.heard) onReconnect()
  await vi.waitUntil(() => one.heardOn() === 'first' && two.heardOn() === 'first')
  expect(healed).toHaveBeenCalled()
  one.publish('x', 2)
  await vi.waitUntil(() => heard.length === 2)

  // What the first does not take goes by the second.
  first.air.fails = true
  one.publish('x', 3)
  await vi.waitUntil(() => heard.length === 3)
  expect(one.heardOn()).toBe('second')
  first.air.fails = false
  for (const { onReconnect } of first.air.heard) onReconnect()
  await vi.waitUntil(() => one.heardOn() === 'first')
  expect(heard).toEqual([1, 2, 3])

  for (const { air } of [first, second]) air.isDeaf = true
  for (const { onReconnect } of [...first.air.heard, ...second.air.heard]) onReconnect()
  await vi.waitUntil(() => one.heardOn() === null)
  await Promise.all([one.close(), two.close()])
})

test('a notice that is too long for the carrier goes without its copies', async () => {
  const { air, carrier } = createAir()
  const one = await open('one', [carrier('air', 1_000)])
  one.setPeers(['one', 'two'])
  await settle()
  air.texts.length = 0
  const records = [{ seq: 7, text: 'é'.repeat(500) }]
  one.publish('conversation:1', { lastSeq: 7, records })
  one.publish('settings:changed', 'x'.repeat(500))
  for (let index = 0; index < 5; index += 1) one.publish(`other:${index}`, 'y'.repeat(300))
  await settle()
  const sent = air.texts.map((text) => JSON.parse(text) as { items: { topic: string; payload: unknown }[] })
  for (const text of air.texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000)
  expect(sent.flatMap(({ items }) => items).slice(0, 2)).toEqual([
    { topic: 'conversation:1', payload: { lastSeq: 7 } },
    { topic: 'settings:changed', payload: null },
  ])
  expect(sent.flatMap(({ items }) => items)).toHaveLength(7)
  await one.close()
})
