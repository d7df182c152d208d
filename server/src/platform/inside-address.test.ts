import { expect, test } from 'vitest'
import { isInsideAddress } from './inside-address.ts'

test.each([
  ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254'],
  ...['100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::7f00:1', 'fe80::1', 'fd12:3456::1', 'ff02::1'],
  ...['64:ff9b::7f00:1', '2002:7f00:1::1', '2001:0:53aa::1', 'localhost', ''],
])('%s is inside', (address) => {
  expect(isInsideAddress(address)).toBe(true)
})

test.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
  '%s is on the internet',
  (address) => {
    expect(isInsideAddress(address)).toBe(false)
  },
)
