import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { Events, OAuth2Server, type MutableToken } from 'oauth2-mock-server'
import { expectAccessible } from './expect-accessible.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { expect, test } from './test.ts'
import { typeInto } from './type-into.ts'

const password = 'a long enough password'
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

let provider: OAuth2Server
let claims: Record<string, unknown> = {}
let server: TestServer
test.beforeAll(async () => {
  provider = new OAuth2Server()
  await provider.issuer.keys.generate('RS256')
  await provider.start(0, '127.0.0.1')
  provider.service.on(Events.BeforeTokenSigning, (token: MutableToken) => {
    Object.assign(token.payload, claims)
  })
  const corp = { id: 'corp', name: 'Corp', issuer: provider.issuer.url, clientId: 'holdfast', clientSecret: 'secret' }
  // A name, for passkeys; and a port that is known before, since the address is part of what the provider and the browser check.
  const port = await findFreePort()
  const env = { PORT: String(port), PUBLIC_URL: `http://localhost:${port}`, OIDC_PROVIDERS: JSON.stringify([corp]) }
  server = await startTestServer({ env })
})
test.afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await provider.stop()
})

async function findFreePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  listener.close()
  await once(listener, 'close')
  return port
}

/** What an authenticator app shows for a key (RFC 6238). */
function appCode(key: string): string {
  const bits = [...key].map((letter) => base32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const secret = Buffer.from((bits.match(/.{8}/gu) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const hash = createHmac('sha1', secret).update(counter).digest()
  const offset = (hash.at(-1) ?? 0) & 15
  return String((hash.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0')
}

const openAccount = async (page: Page) => {
  await page.goto(`${server.url}/?settings=account`)
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
}

test('a person signs in by a provider, and is told why when an account has the address already', async ({ page }, info) => {
  claims = { sub: 'ada', email: 'ada@example.org', email_verified: true, name: 'Ada Provided' }
  await openAccount(page)
  await page.getByRole('button', { name: 'Continue with Corp' }).click()
  await expect(page.getByTestId('open-settings')).toContainText('Ada Provided')
  await expect(page).toHaveURL(`${server.url}/`)
  await openAccount(page)
  await expect(page.getByRole('button', { name: 'Disconnect Corp' })).toBeVisible()
  await expect(page.getByTestId('two-step'), 'there is no password that it could follow').toHaveCount(0)
  await page.getByTestId('sign-out').click()
  await expect(page.getByTestId('open-settings')).toContainText('Guest')

  claims = { sub: 'somebody else', email: 'ada@example.org', email_verified: true, name: 'Eve' }
  await openAccount(page)
  await page.getByRole('button', { name: 'Continue with Corp' }).click()
  await expect(page.getByTestId('provider-problem')).toContainText('An account here has your email address already.')
  await expect(page.getByRole('button', { name: 'Continue with Corp' })).toBeVisible()
  await expectAccessible(page, info, 'sign-in-problem')
})

test('a person turns on two-step sign-in, and signs in by a code, and by a recovery code', async ({ page }, info) => {
  const email = `${crypto.randomUUID()}@example.org`
  const signIn = async () => {
    await openAccount(page)
    await page.getByTestId('sign-out').click()
    await expect(page.getByTestId('open-settings')).toContainText('Guest')
    await openAccount(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true }).click()
    await typeInto(page.getByLabel('Email'), email)
    await typeInto(page.getByLabel('Password'), password)
    await page.getByTestId('credentials-submit').click()
  }
  await openAccount(page)
  await typeInto(page.getByLabel('Name'), 'Robin')
  await typeInto(page.getByLabel('Email'), email)
  await typeInto(page.getByLabel('Password'), password)
  await page.getByTestId('credentials-submit').click()
  await expect(page.getByTestId('open-settings')).toContainText('Robin')

  await openAccount(page)
  await page.getByTestId('two-step-on').click()
  const section = page.getByTestId('two-step')
  await typeInto(section.getByLabel('Current password'), 'not my password')
  await page.getByTestId('two-step-on-submit').click()
  await expect(section.getByRole('alert')).toHaveText('This is not your password.')
  await typeInto(section.getByLabel('Current password'), password)
  await page.getByTestId('two-step-on-submit').click()
  await expect(page.getByAltText('QR code for your authenticator app')).toBeVisible()
  await expectAccessible(page, info, 'two-step')
  const key = await page.getByTestId('two-step-key').innerText()
  await typeInto(section.getByLabel('Code'), appCode(key))
  await page.getByTestId('two-step-confirm-submit').click()
  const codes = (await page.getByTestId('two-step-recovery-codes').innerText()).split('\n')
  expect(codes).toHaveLength(10)

  await signIn()
  await typeInto(page.getByRole('textbox', { name: 'Code', exact: true }), '12345')
  await page.getByTestId('code-submit').click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('This code is not right.')
  await typeInto(page.getByRole('textbox', { name: 'Code', exact: true }), appCode(key))
  await page.getByTestId('code-submit').click()
  await expect(page.getByTestId('open-settings')).toContainText('Robin')

  await signIn()
  await page.getByTestId('code-other').click()
  await typeInto(page.getByRole('textbox', { name: 'Recovery code' }), codes[0] ?? '')
  await page.getByTestId('code-submit').click()
  await expect(page.getByTestId('open-settings')).toContainText('Robin')
})

test('a person makes a passkey, signs in by it, and removes it', async ({ page, context }) => {
  const email = `${crypto.randomUUID()}@example.org`
  const devTools = await context.newCDPSession(page)
  await devTools.send('WebAuthn.enable')
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  })
  await openAccount(page)
  await typeInto(page.getByLabel('Name'), 'Kim')
  await typeInto(page.getByLabel('Email'), email)
  await typeInto(page.getByLabel('Password'), password)
  await page.getByTestId('credentials-submit').click()
  await expect(page.getByTestId('open-settings')).toContainText('Kim')
  await openAccount(page)
  await page.getByTestId('add-passkey').click()
  await expect(page.getByTestId('passkeys').getByRole('listitem')).toHaveCount(1)
  await page.getByTestId('sign-out').click()
  await expect(page.getByTestId('open-settings')).toContainText('Guest')

  await openAccount(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true }).click()
  await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  await page.getByTestId('passkey-sign-in').click()
  await expect(page.getByTestId('passkey-sign-in')).toBeEnabled()
  await expect(page.getByTestId('open-settings')).toContainText('Guest')
  await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  await page.getByTestId('passkey-sign-in').click()
  await expect(page.getByTestId('open-settings')).toContainText('Kim')

  await openAccount(page)
  await page.getByRole('button', { name: /^Remove the passkey/u }).click()
  await expect(page.getByTestId('passkeys').getByRole('listitem')).toHaveCount(0)
})
