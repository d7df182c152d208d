import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'
import { stopOnDefect } from './stop-on-defect.ts'

function createProcess() {
  const lines: Record<string, unknown>[] = []
  const exits: number[] = []
  let closes = 0
  const target = Object.assign(new EventEmitter(), { exit: (code: number) => exits.push(code) }) as unknown as NodeJS.Process
  const logger = createLogger('info', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) })
  stopOnDefect(
    logger,
    async () => {
      closes += 1
    },
    target,
  )
  return { target, lines, exits, closes: () => closes }
}

test.each(['uncaughtException', 'unhandledRejection'])(
  '%s: a defect is written down, the server closes once, the process exits with 1 (attack I5)',
  async (event) => {
    const { target, lines, exits, closes } = createProcess()
    target.emit(event as 'uncaughtException', new Error('a defect'))
    target.emit(event as 'uncaughtException', new Error('a second one while it closes'))
    await expect.poll(() => exits).toEqual([1])
    expect(closes()).toBe(1)
    expect(lines.map((line) => line['event'])).toEqual(['defect', 'defect'])
  },
)

test('an error of a connection is written down and ends nothing', async () => {
  const { target, lines, exits, closes } = createProcess()
  target.emit('uncaughtException', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
  expect(lines.map((line) => line['event'])).toEqual(['connection-error-uncaught'])
  expect([closes(), exits]).toEqual([0, []])
})
