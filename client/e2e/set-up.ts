import { expect } from '@playwright/test'
import type { TestServer } from './test-server.ts'

/** Makes the first administrator of a server that others than this machine reach, by the link that its start has printed. */
export async function setUp(server: TestServer): Promise<void> {
  const token = /\/setup\?token=([\w-]+)/u.exec(server.process.output())?.[1]
  const answer = await fetch(`${server.url}/api/auth/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name: 'Owner', email: 'owner@example.org', password: 'a long enough password' }),
  })
  expect(answer.status, 'the server is set up').toBe(200)
}
