import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createInvite } from '../../admin/invites/create-invite.ts'
import { createAuthServer, createTestPglite, type AuthServer } from '../../../test/create-auth-server.ts'
import { createLogger } from '../../platform/logger.ts'
import { createMailer, type Mailer } from '../../platform/mailer.ts'

const { auditRecords, users } = schema
const password = 'correct horse battery'
const waitFor = { timeout: 20_000 }

/** A real SMTP server that keeps what it was sent. */
let sink: SMTPServer
let isRefusing = false
const mails: { readonly to: readonly string[]; readonly text: string }[] = []
const log: string[] = []
let mailer: Mailer
let server: AuthServer
let pglite: Awaited<ReturnType<typeof createTestPglite>>
beforeAll(async () => {
  sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: async (stream, session, callback) => {
      const content = await text(stream)
      if (isRefusing) return callback(Object.assign(new Error('the mailbox is full'), { responseCode: 552 }))
      // Lines that are too long are cut in two by "=".
      mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: content.replaceAll('=\r\n', '') })
      callback()
    },
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  const { port } = sink.server.address() as AddressInfo
  const logger = createLogger('trace', { write: (line) => void log.push(line) })
  mailer = createMailer({ url: new URL(`smtp://127.0.0.1:${port}`), from: 'Holdfast <chat@example.com>', logger })
  pglite = await createTestPglite()
  server = await createAuthServer({ pglite, mailer })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await mailer[Symbol.asyncDispose]()
  await new Promise<void>((resolve) => sink.close(() => resolve()))
  await pglite.close()
})
beforeEach(() => {
  mails.length = 0
  server.clock.offsetMs = 0
})

let count = 0
async function newAccount() {
  const email = `person-${(count += 1)}@example.com`
  const answer = await server.send('/api/auth/sign-up/email', { body: { name: 'A Person', email, password } })
  expect(answer.status).toBe(200)
  return email
}
const forgot = (email: string) => server.send('/api/auth/reset/request', { body: { email } })
const tokenOf = (mail: string) => /\/reset\/([\w-]+)/u.exec(mail)?.[1] ?? ''
/** Whoever has an account of this address gets a mail; it comes after all mails that were asked for before. */
async function mailsAfterwards() {
  const marker = await newAccount()
  await forgot(marker)
  await vi.waitFor(() => expect(mails.some(({ to }) => to.includes(marker))).toBe(true), waitFor)
  return mails.filter(({ to }) => !to.includes(marker))
}

test('somebody who has forgotten their password gets a link by mail, which works once and ends the others', async () => {
  const email = await newAccount()
  expect((await server.send('/api/auth/options')).json()).toMatchObject({ mail: true })
  const answer = await forgot(email.toUpperCase())
  expect([answer.status, answer.json()]).toEqual([200, { success: true }])
  await vi.waitFor(() => expect(mails).toHaveLength(1), waitFor)
  expect(mails[0]?.to).toEqual([email])
  expect(mails[0]?.text).toContain('From: Holdfast <chat@example.com>')
  expect(mails[0]?.text).toContain('Subject: Set a new password for Holdfast')
  expect(mails[0]?.text).toContain('http://127.0.0.1:3000/reset/')
  server.clock.offsetMs = 6 * 60_000
  await forgot(email)
  await vi.waitFor(() => expect(mails).toHaveLength(2), waitFor)

  const [first, second] = mails.map((mail) => tokenOf(mail.text))
  const reset = (token = '') => server.send('/api/auth/reset', { body: { token, password: 'an even longer password' } })
  expect((await reset(first)).status).toBe(200)
  for (const used of [first, second]) expect((await reset(used)).status).toBe(403)
  const signIn = await server.send('/api/auth/sign-in/email', { body: { email, password: 'an even longer password' } })
  expect(signIn.status).toBe(200)
  const records = await server.queries.select().from(auditRecords).where(eq(auditRecords.action, 'user.reset-link-created'))
  expect(records[0]).toMatchObject({ actorId: null, details: { by: 'mail' } })
  expect(JSON.stringify(records)).not.toContain(email)
})

test('the answer is the same for an address without an account, a disabled person and a guest, who get nothing', async () => {
  const [disabled, known] = [await newAccount(), await newAccount()]
  await server.queries.update(users).set({ status: 'disabled' }).where(eq(users.email, disabled))
  await server.guest()
  const [guest] = await server.queries.select().from(users).where(eq(users.isAnonymous, true))
  const answers = []
  for (const email of ['nobody@example.com', disabled, guest?.email ?? '', known]) answers.push(await forgot(email))
  expect(new Set(answers.map(({ status, text: body }) => `${status} ${body}`))).toEqual(new Set(['200 {"success":true}']))
  expect((await mailsAfterwards()).map(({ to }) => to)).toEqual([[known]])
})

test('nobody is flooded: one mail in five minutes for an account, and few requests from one address', async () => {
  const email = await newAccount()
  await Promise.all([forgot(email), forgot(email), forgot(email)])
  expect(await mailsAfterwards()).toHaveLength(1)
  await using limited = await createAuthServer({ pglite, mailer, limits: { resets: 2 } })
  const ask = () => limited.send('/api/auth/reset/request', { body: { email } })
  expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([200, 200, 429])
})

test('a mailed link works for an hour', async () => {
  await forgot(await newAccount())
  await vi.waitFor(() => expect(mails).toHaveLength(1), waitFor)
  server.clock.offsetMs = 61 * 60_000
  const body = { token: tokenOf(mails[0]?.text ?? ''), password: 'an even longer password' }
  expect((await server.send('/api/auth/reset', { body })).status).toBe(403)
  server.clock.offsetMs = 59 * 60_000
  expect((await server.send('/api/auth/reset', { body })).status).toBe(200)
})

test('a server without mail says so, and a body that is wrong is refused', async () => {
  await using silent = await createAuthServer({ pglite })
  expect((await silent.send('/api/auth/options')).json()).toMatchObject({ mail: false })
  const answer = await silent.send('/api/auth/reset/request', { body: { email: 'a@example.com' } })
  expect([answer.status, answer.json()['code']]).toEqual([403, 'MAIL_OFF'])
  for (const body of [{}, { email: 'nobody' }, { email: 'a@example.com', url: 'https://evil.example' }]) {
    expect((await server.send('/api/auth/reset/request', { body })).status).toBe(400)
  }
})

test('an invitation for an address is mailed', async () => {
  await newAccount()
  const [caller] = await server.queries.select().from(users).where(eq(users.isAnonymous, false))
  const deps = {
    database: { queries: server.queries } as never,
    clock: server.clock,
    config: { publicUrl: new URL('http://127.0.0.1:3000') },
    mailer,
  }
  const user = { id: caller?.id ?? '', sessionId: 'a session', expiresAt: null }
  const { url } = await createInvite(deps, user, { email: 'new@example.com', role: 'member', expiresInDays: 7 })
  await vi.waitFor(() => expect(mails).toHaveLength(1), waitFor)
  expect(mails[0]?.to).toEqual(['new@example.com'])
  expect(mails[0]?.text).toContain(url)
  await createInvite(deps, user, { role: 'member', expiresInDays: 7 })
  expect(await mailsAfterwards()).toHaveLength(1)
})

test('a mail that the mail server refuses is logged without the address', async () => {
  const email = await newAccount()
  isRefusing = true
  expect((await forgot(email)).status).toBe(200)
  await vi.waitFor(() => expect(log.some((line) => line.includes('mail-failed'))).toBe(true), waitFor)
  isRefusing = false
  expect(log.join('\n')).not.toContain(email)
  expect(log.find((line) => line.includes('mail-failed'))).toContain('552')
})
