import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOriginPolicy } from '../auth/origin-policy.ts'
import { createMetrics } from '../platform/metrics.ts'
import { createHttpServer } from './http-server.ts'
import { createMetricsRoute } from './metrics-route.ts'
import { createNotFound } from './http-error.ts'

const token = 'a-token-of-sixteen-or-more-characters'

/** Status and first word of what `/metrics` answers on a server of its own. */
async function openServer(settings: { token: string | null; publicUrl: string }) {
  const metrics = createMetrics()
  const publicUrl = new URL(settings.publicUrl)
  const app = express()
  app.use(
    createMetricsRoute({
      metrics,
      origins: createOriginPolicy({ publicUrl, corsOrigins: [] }),
      token: settings.token,
      isForThisMachine: publicUrl.hostname === '127.0.0.1',
    }),
    createNotFound(),
  )
  const server = createHttpServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    get: (headers: Record<string, string> = {}, path = '/metrics', method = 'GET') => fetch(`${url}${path}`, { headers, method }),
    metrics,
    close: () => server.close(),
  }
}

type Server = Awaited<ReturnType<typeof openServer>>
const servers: Record<'bare' | 'guarded' | 'proxied' | 'open', Server> = {} as never
beforeAll(async () => {
  servers.bare = await openServer({ token: null, publicUrl: 'http://127.0.0.1:3000' })
  servers.guarded = await openServer({ token, publicUrl: 'http://127.0.0.1:3000' })
  servers.proxied = await openServer({ token, publicUrl: 'https://chat.example.com' })
  servers.open = await openServer({ token: null, publicUrl: 'https://chat.example.com' })
})
afterAll(() => {
  for (const server of Object.values(servers)) server.close()
})

describe('without a token', () => {
  test('a program of this machine reads the metrics', async () => {
    const answer = await servers.bare.get()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain('text/plain')
    expect(await answer.text()).toMatch(/^# HELP holdfast_info /u)
  })

  const disguises: Record<string, Record<string, string>> = {
    'X-Forwarded-For': { 'x-forwarded-for': '127.0.0.1' },
    Forwarded: { forwarded: 'for=127.0.0.1' },
    Via: { via: '1.1 proxy' },
    'an Origin': { origin: 'http://127.0.0.1:3000' },
  }
  test.each(Object.entries(disguises))('a request with %s is not from here: 404 with JSON', async (_name, headers) => {
    const answer = await servers.bare.get(headers)
    expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: 'NOT_FOUND' })])
  })

  test('nobody reads them when a proxy may stand in front: what it passes on comes from this machine, too', async () => {
    expect((await servers.open.get()).status).toBe(404)
  })

  test('a token that is not set opens nothing', async () => {
    expect((await servers.open.get({ authorization: `Bearer ${token}` })).status).toBe(404)
  })

  test('only reading is possible', async () => {
    expect((await servers.bare.get({}, '/metrics', 'POST')).status).toBe(404)
    expect((await servers.bare.get({}, '/metrics', 'HEAD')).status).toBe(200)
  })
})

describe('with a token', () => {
  test('it opens the metrics from anywhere, under any host', async () => {
    for (const server of [servers.guarded, servers.proxied]) {
      const answer = await server.get({ authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.9' })
      expect(answer.status).toBe(200)
    }
  })

  test('a wrong one, a part of it and none are 401', async () => {
    for (const authorization of [`Bearer ${token}x`, `Bearer ${token.slice(0, -1)}`, token, '']) {
      const answer = await servers.proxied.get(authorization === '' ? {} : { authorization })
      expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ code: 'UNAUTHORIZED' })])
    }
  })

  test('a program of this machine needs none where no proxy is configured', async () => {
    expect((await servers.guarded.get()).status).toBe(200)
    expect((await servers.guarded.get({ 'x-forwarded-for': '203.0.113.9' })).status).toBe(401)
  })
})

test('refused requests are counted by status, procedures are not', async () => {
  await servers.bare.get({}, '/nothing')
  await servers.bare.get({}, '/trpc/nothing')
  const text = await servers.bare.metrics.toText()
  expect(text).toContain('holdfast_http_refusals_total{status="404"} 1\n')
})
