import { expect, test } from 'vitest'
import { environmentToConfig } from './config.ts'
import { toBasePath, toPublicAddress } from './public-address.ts'

const read = (address: string) => {
  const { publicUrl } = environmentToConfig({ PUBLIC_URL: address })
  return [toBasePath(publicUrl), toPublicAddress(publicUrl)]
}

test.each([
  ['https://example.com', '', 'https://example.com'],
  ['https://example.com/', '', 'https://example.com'],
  ['https://example.com/chat', '/chat', 'https://example.com/chat'],
  ['https://example.com:8443/chat/', '/chat', 'https://example.com:8443/chat'],
  ['https://example.com/~kim/My_Chat-2.0', '/~kim/My_Chat-2.0', 'https://example.com/~kim/My_Chat-2.0'],
  // Pages have paths of these names, which the page itself tells apart.
  ['https://example.com/files', '/files', 'https://example.com/files'],
])('the path of %s is "%s"', (address, basePath, publicAddress) => {
  expect(read(address)).toEqual([basePath, publicAddress])
})

test.each([
  'https://example.com/api',
  'https://example.com/api/chat',
  'https://example.com/share',
  'https://example.com/.well-known/chat',
  'https://example.com//evil.example',
  'https://example.com/a//b',
  'https://example.com/a b',
  'https://example.com/a%2fb',
  'https://example.com/"><script>',
  'https://example.com/$1',
  'https://example.com/a;b',
])('%s is refused, by a line that names the variable', (address) => {
  expect(() => read(address)).toThrow(/^PUBLIC_URL: must have a path /u)
})
