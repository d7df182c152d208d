import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'
import { ask, send } from './send.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

async function scrape(from = app): Promise<{ text: string; value: (series: string) => number | null }> {
  const answer = await fetch(`${from.url}/metrics`)
  expect(answer.status).toBe(200)
  const text = await answer.text()
  const value = (series: string) => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
    return line === undefined ? null : Number(line.slice(series.length))
  }
  return { text, value }
}

test('an answer with a tool is counted and timed from its job to its end', async () => {
  const user = await app.createUser()
  const before = await scrape()
  await ask(user, 'tool list_tasks {"status":"all"}')
  await ask(user, 'error 401')
  await refused(user.client.conversations.get.query({ conversationId: crypto.randomUUID() }))
  const { value } = await scrape()
  const grew = (series: string) => (value(series) ?? 0) - (before.value(series) ?? 0)
  expect(grew('holdfast_answers_total{status="completed"}')).toBe(1)
  expect(grew('holdfast_answers_total{status="error"}')).toBe(1)
  expect(grew('holdfast_tool_calls_total{outcome="done"}')).toBe(1)
  expect(grew('holdfast_model_call_seconds_count{outcome="completed"}')).toBe(2)
  expect(grew('holdfast_model_call_seconds_count{outcome="provider-unauthorized"}')).toBe(1)
  expect(grew('holdfast_first_token_seconds_count')).toBe(1)
  expect(grew('holdfast_job_delay_seconds_count{queue="generation"}')).toBe(2)
  expect(grew('holdfast_refusals_total{code="NOT_FOUND",reason=""}')).toBe(1)
  const flushes = grew('holdfast_flush_seconds_count')
  expect(flushes).toBeGreaterThan(0)
  expect(grew('holdfast_flush_events_count')).toBe(flushes)
  expect(grew('holdfast_added_latency_seconds_count')).toBe(flushes)
  // What is added to a piece contains the commit.
  expect(grew('holdfast_added_latency_seconds_sum')).toBeGreaterThan(grew('holdfast_flush_seconds_sum') * 0.9)
})

test('who follows, what runs and what waits is read at the scrape', async () => {
  const user = await app.createUser()
  const { conversationId } = await send(user, 'tokens 10 hold after 2')
  const reader = follow(user.client, conversationId)
  await expect.poll(async () => (await scrape()).value('holdfast_followers')).toBe(1)
  const { value } = await scrape()
  expect(value('holdfast_sockets')).toBeGreaterThan(0)
  expect(value('holdfast_jobs_running{queue="generation"}')).toBe(1)
  expect(value('holdfast_jobs_waiting{queue="generation"}')).toBe(0)
  expect(value('holdfast_follower_lag_events')).toBeGreaterThanOrEqual(0)
  expect(value('holdfast_database_connections{state="active"}')).not.toBeNull()
  reader.stop()
  await expect.poll(async () => (await scrape()).value('holdfast_followers')).toBe(0)
})

test('two apps of one process count for themselves', async () => {
  await using other = await createTestApp()
  await ask(await other.createUser(), 'say hello')
  expect((await scrape(other)).value('holdfast_answers_total{status="completed"}')).toBe(1)
})

test('every metric of the dashboard exists, and every metric of ours is on it', async () => {
  await ask(await app.createUser(), 'say hello')
  const { text } = await scrape()
  const kinds = new Map(Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gmu), ([, name = '', kind = '']) => [name, kind]))
  const dashboard = readFileSync(new URL('../../docs/grafana/holdfast.json', import.meta.url), 'utf8')
  const { panels } = JSON.parse(dashboard) as { panels: { title: string; targets: { expr: string }[] }[] }
  const used = panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => Array.from(expr.matchAll(/\b(?:holdfast|nodejs|process)_\w+/gu), ([name]) => name)),
  )
  const toMetric = (name: string) => {
    const family = name.replace(/_(?:bucket|count|sum)$/u, '')
    return kinds.get(family) === 'histogram' ? family : name
  }
  expect(used.length).toBeGreaterThan(20)
  expect(used.filter((name) => !kinds.has(toMetric(name)))).toEqual([])
  const ours = [...kinds.keys()].filter((name) => name.startsWith('holdfast_'))
  expect(ours.filter((name) => !used.map(toMetric).includes(name))).toEqual([])
})
