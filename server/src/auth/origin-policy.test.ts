import { describe, expect, test } from 'vitest'
import { createOriginPolicy } from './origin-policy.ts'

const local = createOriginPolicy({
  publicUrl: new URL('http://127.0.0.1:3000'),
  corsOrigins: ['https://page.example.org'],
})
const open = createOriginPolicy({ publicUrl: new URL('http://0.0.0.0:3000'), corsOrigins: [] })
const web = createOriginPolicy({ publicUrl: new URL('https://chat.example.com'), corsOrigins: [] })

describe('a host', () => {
  test.each([
    'localhost',
    'localhost:3000',
    'LOCALHOST:3000',
    '127.0.0.1:3000',
    '127.0.0.1:8080',
    '[::1]:3000',
    '192.168.1.5:3000',
    '[fe80::1]:3000',
  ])('is ours on any port: %s', (host) => {
    expect([local, open, web].map((policy) => policy.isTrustedHost(host))).toEqual([true, true, true])
  })

  test('with the public name is ours only where it is the public name', () => {
    expect(web.isTrustedHost('chat.example.com')).toBe(true)
    expect(web.isTrustedHost('CHAT.example.com:443')).toBe(true)
    expect(local.isTrustedHost('chat.example.com')).toBe(false)
  })

  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    'localhost.evil.example:3000',
    'evil-localhost',
    '127.0.0.1.evil.example',
    'chat.example.com.evil.example',
    'evil@localhost:3000',
    'localhost:3000@evil.example',
    'localhost/evil',
    'localhost:99999',
    'localhost:3000, evil.example',
    'localhost;connect-src *',
    'localhost evil',
    'localhost\u0000',
  ])('is not ours: %s', (host) => {
    expect([local, open, web].map((policy) => policy.isTrustedHost(host))).toEqual([false, false, false])
  })
})

describe('a page', () => {
  test.each([
    ['http://127.0.0.1:3000', '127.0.0.1:3000'],
    ['http://localhost:3000', '127.0.0.1:3000'],
    ['http://[::1]:3000', 'localhost:3000'],
    ['http://127.0.0.1:3000', '[::1]:3000'],
    // Another port of a container, or one that the system chose.
    ['http://localhost:8080', 'localhost:8080'],
    ['http://localhost:8080', '127.0.0.1:8080'],
    ['http://192.168.1.5:3000', '192.168.1.5:3000'],
  ])('of ours may talk to us: %s to %s', (origin, host) => {
    expect([local.isTrustedOrigin(origin, host), open.isTrustedOrigin(origin, host)]).toEqual([true, true])
  })

  test('of the public address may talk to us, whatever host a proxy names', () => {
    expect(web.isTrustedOrigin('https://chat.example.com', 'chat.example.com')).toBe(true)
    expect(web.isTrustedOrigin('https://chat.example.com', '10.0.0.7:3000')).toBe(true)
  })

  test('that is configured may talk to us, exactly that one', () => {
    expect(local.isTrustedOrigin('https://page.example.org', '127.0.0.1:3000')).toBe(true)
    for (const origin of ['http://page.example.org', 'https://page.example.org:8443', 'https://sub.page.example.org']) {
      expect([origin, local.isTrustedOrigin(origin, '127.0.0.1:3000')]).toEqual([origin, false])
    }
  })

  test('over another scheme is not ours', () => {
    expect(local.isTrustedOrigin('https://localhost:3000', 'localhost:3000')).toBe(false)
    expect(web.isTrustedOrigin('http://chat.example.com', 'chat.example.com')).toBe(false)
  })

  test.each([
    ['null', '127.0.0.1:3000'],
    ['', '127.0.0.1:3000'],
    ['*', '127.0.0.1:3000'],
    ['https://evil.example', '127.0.0.1:3000'],
    ['http://evil.example:3000', 'evil.example:3000'],
    ['http://127.0.0.1.evil.example:3000', '127.0.0.1:3000'],
    ['http://127.0.0.1:3000.evil.example', '127.0.0.1:3000'],
    ['http://127.0.0.1:3000@evil.example', '127.0.0.1:3000'],
    ['http://evil.example#http://127.0.0.1:3000', '127.0.0.1:3000'],
    ['http://127.0.0.1:3000/', '127.0.0.1:3000'],
    // Something else on this machine.
    ['http://localhost:5555', '127.0.0.1:3000'],
    ['http://localhost:5555', 'localhost:3000'],
    ['http://192.168.1.9:3000', '192.168.1.5:3000'],
    ['http://192.168.1.9:3000', '127.0.0.1:3000'],
    ['file://', '127.0.0.1:3000'],
    ['chrome-extension://abcdefgh', '127.0.0.1:3000'],
    ['http://localhost:3000', undefined],
  ])('of another site may not: %s to %s', (origin, host) => {
    expect([local.isTrustedOrigin(origin, host), web.isTrustedOrigin(origin, host)]).toEqual([false, false])
  })
})
