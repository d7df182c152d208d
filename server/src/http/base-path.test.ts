import { expect, test } from 'vitest'
import { toOwnPath } from './base-path.ts'

test.each([
  ['/chat/c/1?x=/chat/', '/c/1?x=/chat/'],
  ['/chat/', '/'],
  ['/chat', '/'],
  ['/chat?x', '/?x'],
  // Another server of the host.
  ['/chatter/c', '/chatter/c'],
  // Taken off once.
  ['/chat/chat/c', '/chat/c'],
  ['/c/chat', '/c/chat'],
  ['/Chat/c', '/Chat/c'],
  ['http://example.com/chat/c', 'http://example.com/chat/c'],
])('%s under /chat is %s', (url, own) => {
  expect(toOwnPath(url, '/chat')).toBe(own)
  expect(toOwnPath(url, '')).toBe(url)
})
