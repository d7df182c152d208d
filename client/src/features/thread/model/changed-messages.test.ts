import { expect, test } from 'vitest'
import { toMessage } from '../../../../test/fake-log-server.ts'
import { changedMessages } from './changed-messages.ts'

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => toMessage(id)) as [
  ReturnType<typeof toMessage>,
  ...ReturnType<typeof toMessage>[],
]

test.each([
  ['nothing', [a, b], [a, b], []],
  ['a message at the end', [a, b], [a, b, c], [c]],
  ['a page above', [c, d], [a, b, c, d], [a, b]],
  ['one in the middle', [a, b, d], [a, c, d], [c]],
  ['everything at first', [], [a, b], [a, b]],
  ['nothing when one is gone', [a, b, c], [a, c], []],
])('%s', (_, before, now, changed) => {
  expect(changedMessages(before as never, now as never)).toEqual(changed)
})
