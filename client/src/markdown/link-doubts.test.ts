import { expect, test } from 'vitest'
import { findLinkDoubt } from './link-doubts.ts'

const own = 'https://chat.example'
const long = 'x'.repeat(121)

test.each([
  ['https://example.org/page', 'a link'],
  ['https://example.org/page?utm=1&lang=en', 'https://example.org/page'],
  ['https://docs.example.org/', 'example.org'],
  ['https://example.org/', 'www.example.org'],
  ['https://example.org/', 'https://www.example.org/other'],
  ['https://github.com/nodejs/node', 'Node.js'],
  ['https://github.com/a/b/blob/main/package.json', 'package.json'],
  ['https://example.org:8443/', 'https://example.org:8443'],
  ['https://xn--mnchen-3ya.example/', 'https://münchen.example/'],
  ['https://registry.example.org/a', 'see the notes (e.g. version 1.2.io)'],
  [`${own}/c/1?q=${long}`, 'https://other.example'],
  [`mailto:a@example.org?body=${long}`, 'write'],
  ['tel:+358401234', 'example.org'],
])('%s, shown as "%s", opens as it is', (address, label) => {
  expect(findLinkDoubt(address, label, own)).toBeNull()
})

test.each([
  ['https://evil.example/', 'https://bank.example/login'],
  ['https://evil.example/', 'bank.com'],
  ['https://evil.example/', 'Go to www.bank.example now'],
  ['https://evil.example/', '“https://bank.example”'],
  ['https://bank.example.evil.example/', 'https://bank.example.org'],
  ['https://notbank.com/', 'bank.com'],
  ['https://bank.com@evil.example/', 'a link'],
  ['http://127.0.0.1:8080/', 'https://bank.example'],
])('%s, shown as "%s", leads to another place than it shows', (address, label) => {
  expect(findLinkDoubt(address, label, own)).toBe('other-address')
})

test.each([
  `https://evil.example/?q=${long}`,
  `https://evil.example/#${long}`,
  `https://evil.example/a/${long}/b.png`,
  `https://${'a'.repeat(60)}.${'b'.repeat(60)}.evil.example/`,
])('%s carries text to another site', (address) => {
  expect(findLinkDoubt(address, 'a link', own)).toBe('carries-text')
  // Also where nothing is hidden.
  expect(findLinkDoubt(address, address, own)).toBe('carries-text')
})
