import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configToSecrets, environmentToConfig } from './config.ts'

test('a name that looks like a setting and is none is named; those of other programs and those that files ask for are not', () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-config-'))
  try {
    const file = join(directory, 'providers.json')
    const provider = { id: 'other', baseUrl: 'http://127.0.0.1:1/v1', apiKeyEnv: 'OPENAI_SECOND_KEY', defaultModel: 'm' }
    writeFileSync(file, JSON.stringify([provider]))
    const config = environmentToConfig({
      PATH: '/bin',
      NODE_ENV: 'production',
      OPENAI_KEY: 'sk-typed-wrong',
      MODEL_TIMEOUT: '1',
      OPENAI_SECOND_KEY: 'used-by-the-file',
      MODEL_PROVIDERS: file,
      LOG_LEVEL: 'info',
    })
    expect(config.unknownNames).toEqual(['OPENAI_KEY', 'MODEL_TIMEOUT'])
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('proxies are addresses, and small names count', () => {
  expect(environmentToConfig({}).hasProxy).toBe(false)
  expect(environmentToConfig({ https_proxy: 'http://proxy:3128' }).hasProxy).toBe(true)
  expect(() => environmentToConfig({ HTTPS_PROXY: 'proxy:3128' })).toThrow('HTTPS_PROXY: must be an http:// or https:// address')
  expect(() => environmentToConfig({ http_proxy: 'nonsense' })).toThrow('HTTP_PROXY: must be an http:// or https:// address')
})

test('the secrets of the settings are known, so that no log may hold them', () => {
  const secrets = configToSecrets(
    environmentToConfig({
      OPENAI_API_KEY: 'sk-provider',
      OPENAI_HEADERS: '{"X-Key":"in a header"}',
      VOICE_API_KEY: 'sk-voice',
      METRICS_TOKEN: 'a-token-of-metrics',
      BETTER_AUTH_SECRET: 'a secret that has more than 32 characters',
      DATABASE_URL: 'postgres://me:p%40ss@localhost/db',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:collected@localhost:4318',
    }),
  )
  for (const secret of [
    'sk-provider',
    'in a header',
    'sk-voice',
    'a-token-of-metrics',
    'a secret that has more than 32 characters',
    'p@ss',
    'collected',
  ]) {
    expect(secrets).toContain(secret)
  }
})

test('providers of people: one by four variables, several by a list, and what is wrong is named', () => {
  const single = { OIDC_ISSUER: 'https://login.example.com', OIDC_CLIENT_ID: 'chat', OIDC_CLIENT_SECRET: 'secret-one' }
  const second = { id: 'lab', name: 'Lab', issuer: 'http://127.0.0.1:8080/realm', clientId: 'c', clientSecret: 'secret-two' }
  const config = environmentToConfig({ ...single, OIDC_ADMIN_GROUP: 'admins', OIDC_PROVIDERS: JSON.stringify([second]) })
  expect(config.oidcProviders).toEqual([
    {
      id: 'oidc',
      name: 'login.example.com',
      issuer: 'https://login.example.com',
      clientId: 'chat',
      clientSecret: 'secret-one',
      adminGroup: 'admins',
    },
    { ...second, adminGroup: null },
  ])
  expect(configToSecrets(config)).toEqual(expect.arrayContaining(['secret-one', 'secret-two']))
  expect(environmentToConfig({}).oidcProviders).toEqual([])

  const list = (...entries: unknown[]) => ({ OIDC_PROVIDERS: JSON.stringify(entries) })
  const wrong: [Record<string, string>, string][] = [
    [{ OIDC_ISSUER: 'https://login.example.com' }, 'OIDC_CLIENT_ID: is missing'],
    [{ ...single, OIDC_CLIENT_SECRET: '' }, 'OIDC_CLIENT_SECRET: is missing'],
    [{ OIDC_ADMIN_GROUP: 'admins' }, 'OIDC_ISSUER: is missing'],
    [{ ...single, OIDC_ISSUER: 'http://login.example.com' }, 'OIDC_ISSUER: must be an https:// address'],
    [{ OIDC_PROVIDERS: '{' }, 'OIDC_PROVIDERS: is not JSON'],
    [list({ ...second, id: 'A b' }), 'OIDC_PROVIDERS: 0.id: must be 1 to 40 of a-z, 0-9 and -'],
    [list({ ...second, id: 'credential' }), 'OIDC_PROVIDERS: 0.id: is taken'],
    [list(second, second), 'OIDC_PROVIDERS: the id "lab" is there twice'],
    [list({ ...second, issuer: 'https://me:pw@login.example.com' }), 'OIDC_PROVIDERS: 0.issuer: must not hold a password'],
  ]
  for (const [environment, message] of wrong) expect(() => environmentToConfig(environment)).toThrow(message)
})

test('mails take a server and a sender, and their password is a secret', () => {
  const both = { SMTP_URL: 'smtp://me:mail%40pass@mail.example.com:587', MAIL_FROM: 'Holdfast <chat@example.com>' }
  const config = environmentToConfig(both)
  expect([config.mail?.url.hostname, config.mail?.from]).toEqual(['mail.example.com', both.MAIL_FROM])
  expect(configToSecrets(config)).toContain('mail@pass')
  expect(environmentToConfig({}).mail).toBeNull()
  const wrong: [Record<string, string>, string][] = [
    [{ SMTP_URL: both.SMTP_URL }, 'MAIL_FROM: is missing'],
    [{ MAIL_FROM: both.MAIL_FROM }, 'SMTP_URL: is missing'],
    [{ ...both, SMTP_URL: 'https://mail.example.com' }, 'SMTP_URL: must be an smtp:// or smtps:// address'],
    [{ ...both, MAIL_FROM: 'nobody' }, 'MAIL_FROM: must be an address'],
    [{ ...both, MAIL_FROM: 'a@example.com, b@example.com' }, 'MAIL_FROM: must be an address'],
  ]
  for (const [environment, message] of wrong) expect(() => environmentToConfig(environment)).toThrow(message)
})
