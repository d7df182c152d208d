import { expect, test } from 'vitest'
import { openNodeBus } from '../src/platform/bus/node-bus.ts'
import { openRedisCarrier } from '../src/platform/bus/redis-carrier.ts'
import { createLogger } from '../src/platform/logger.ts'
import { findFreePort, findProgram, startService } from '../testing/service-process.ts'

const program = findProgram('valkey-server', 'redis-server')

test.skipIf(program === null)('nodes hear each other by Redis, not while it is away, and again when it is back', async () => {
  const port = await findFreePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const first = await startService(program ?? '', args, port)
  const lines: Record<string, unknown>[] = []
  const logger = createLogger('info', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) })
  const open = (nodeId: string) =>
    openNodeBus({ nodeId, carriers: [openRedisCarrier(`redis://127.0.0.1:${port}`, logger)], logger, selfTestMs: 500 })
  const one = await open('one')
  const two = await open('two')
  try {
    for (const bus of [one, two]) bus.setPeers(['one', 'two'])
    expect([one.heardOn(), two.heardOn()]).toEqual(['Redis', 'Redis'])
    const heard: unknown[] = []
    await two.subscribe('conversation:1', (payload) => heard.push(payload))
    // Longer than a NOTIFY may be.
    const long = { lastSeq: 1, records: ['x'.repeat(50_000)] }
    one.publish('conversation:1', long)
    await expect.poll(() => heard).toEqual([long])

    await first.end('SIGKILL')
    one.publish('conversation:1', 'lost')
    await expect.poll(one.heardOn).toBeNull()
    expect(lines.some(({ event }) => event === 'bus-silent')).toBe(true)
    await using _ = await startService(program ?? '', args, port)
    await expect.poll(() => [one.heardOn(), two.heardOn()]).toEqual(['Redis', 'Redis'])
    one.publish('conversation:1', { lastSeq: 3 })
    await expect.poll(() => heard.at(-1)).toEqual({ lastSeq: 3 })
    expect(heard).not.toContain('lost')
  } finally {
    await Promise.all([one.close(), two.close()])
    await first.end('SIGKILL')
  }
})
