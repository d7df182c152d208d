import { expect, test } from 'vitest'
import { messagePath } from './routes.ts'

test('the address of a found message includes the words', () => {
  expect(messagePath('c1', 'm1')).toBe('/c/c1?message=m1')
  expect(messagePath('c1', 'm1', 'a&b')).toBe('/c/c1?message=m1&words=a%26b')
})
