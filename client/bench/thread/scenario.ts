import { availableParallelism, loadavg } from 'node:os'
import type { Page } from '@playwright/test'
import { percentile, type Figure } from '../figures.ts'
import type { Bench, BenchPage } from '../open-bench.ts'

const many = 10_000
const few = 10
const frames = 120
const rounds = 5

interface InPage {
  readonly make: (name: string, loaded: number, options?: { earlier?: number; lastText?: string }) => void
  readonly show: (name: string) => Promise<number>
  readonly begin: (name: string) => string
  readonly stream: (name: string, answerId: string, frames: number) => Promise<{ gapPx: number; driftPx: number }>
  readonly streamBlindly: (name: string, answerId: string, frames: number) => Promise<void>
  readonly prepend: (name: string, pages: number) => Promise<number>
  readonly watchReversals: () => () => number
  readonly text: (length: number) => string
}
type Window = { readonly bench: InPage; stopWatching?: () => number; keyMs?: number[] }

/** Wall-clock times are checked against a goal only on an idle machine; CPU time is always checked. */
const isIdle = (loadavg()[0] ?? 0) <= availableParallelism()

function byClock(name: string, value: number, atMost: number): Figure {
  return { name: `${name}, by the clock`, value, unit: 'ms', ...(isIdle ? { goal: { atMost } } : {}) }
}

/** Conversations of 10,000 messages: how fast they open, how still they stand, and what a word costs in them. */
export async function run(bench: Bench): Promise<Figure[]> {
  return [
    ...(await measureOpening(bench)),
    ...(await measureStanding(bench)),
    ...(await measureDeltas(bench)),
    ...(await measureKeys(bench)),
    ...(await measureLongMessage(bench)),
  ]
}

async function measureOpening(bench: Bench): Promise<Figure[]> {
  const mounted = { clock: [] as number[], processor: [] as number[] }
  const switched = { clock: [] as number[], processor: [] as number[] }
  let elements = 0
  for (let round = 0; round < rounds; round += 1) {
    await using opened = await bench.open()
    const { page } = opened
    await warmUp(page)
    await make(page, 'one', many)
    await make(page, 'other', many)
    for (const [name, into] of [
      ['one', mounted],
      ['other', switched],
      ['one', switched],
    ] as const) {
      const { result, cost } = await opened.measure(() => show(page, name))
      into.clock.push(result)
      into.processor.push(cost.taskMs)
      elements = Math.max(elements, cost.elements)
    }
  }
  const mount = '10,000 messages: mounted and painted'
  const change = '10,000 messages: changed to another such conversation'
  return [
    { name: `${mount}, processor time`, value: percentile(mounted.processor, 0.5), unit: 'ms', goal: { atMost: 100 } },
    byClock(mount, percentile(mounted.clock, 0.5), 100),
    { name: `${change}, processor time`, value: percentile(switched.processor, 0.5), unit: 'ms', goal: { atMost: 50 } },
    byClock(change, percentile(switched.clock, 0.5), 50),
    { name: '10,000 messages: elements', value: elements, unit: 'elements', goal: { atMost: 2_500 } },
  ]
}

async function measureStanding(bench: Bench): Promise<Figure[]> {
  await using opened = await bench.open()
  const { page } = opened
  await warmUp(page)
  await make(page, 'long', many - 600, { earlier: 600 })
  await show(page, 'long')
  const answerId = await page.evaluate(() => (window as unknown as Window).bench.begin('long'))
  const following = await page.evaluate(([id, count]) => (window as unknown as Window).bench.stream('long', id, count), [
    answerId,
    frames,
  ] as const)
  await page.getByTestId('thread').hover()
  await page.mouse.wheel(0, -900)
  await page.waitForTimeout(400)
  const reading = await page.evaluate(([id, count]) => (window as unknown as Window).bench.stream('long', id, count), [
    answerId,
    frames,
  ] as const)
  const shift = await page.evaluate(() => (window as unknown as Window).bench.prepend('long', 3))
  const streaming = page.evaluate(([id, count]) => (window as unknown as Window).bench.streamBlindly('long', id, count), [
    answerId,
    frames * 3,
  ] as const)
  await page.evaluate(() => {
    const scope = window as unknown as Window
    scope.stopWatching = scope.bench.watchReversals()
  })
  for (let turn = 0; turn < 100; turn += 1) {
    await page.mouse.wheel(0, -120)
    await page.waitForTimeout(16)
  }
  const reversal = await page.evaluate(() => (window as unknown as Window).stopWatching?.() ?? Number.NaN)
  await streaming
  return [
    { name: 'following: gap below the end in any frame', value: following.gapPx, unit: 'px', goal: { atMost: 1 } },
    { name: 'reading above: drift while it writes on', value: reading.driftPx, unit: 'px', goal: { atMost: 1 } },
    { name: 'three pages above: shift of what is read', value: shift, unit: 'px', goal: { atMost: 1 } },
    { name: 'wheel up while it writes: reversal in any frame', value: reversal, unit: 'px', goal: { atMost: 2 } },
  ]
}

async function measureDeltas(bench: Bench): Promise<Figure[]> {
  const costs = { few: [] as number[], many: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    for (const size of ['few', 'many'] as const) {
      await using opened = await bench.open()
      const { page } = opened
      await warmUp(page)
      await make(page, size, size === 'few' ? few : many)
      await show(page, size)
      const answerId = await page.evaluate((name) => (window as unknown as Window).bench.begin(name), size)
      await streamBlindly(page, size, answerId, 60)
      const { cost } = await opened.measure(() => streamBlindly(page, size, answerId, 300))
      costs[size].push(cost.taskMs / 300)
    }
  }
  const [small, large] = [percentile(costs.few, 0.5), percentile(costs.many, 0.5)]
  return [
    { name: 'a delta at 10 messages', value: small, unit: 'ms' },
    { name: 'a delta at 10,000 messages', value: large, unit: 'ms' },
    { name: 'a delta: 10,000 messages / 10', value: large / small, unit: '×', goal: { atMost: 1.5 } },
  ]
}

async function measureKeys(bench: Bench): Promise<Figure[]> {
  await using opened = await bench.open()
  const { page } = opened
  await warmUp(page)
  await make(page, 'long', many)
  await show(page, 'long')
  const answerId = await page.evaluate(() => (window as unknown as Window).bench.begin('long'))
  await page.evaluate(() => {
    const scope = window as unknown as Window
    scope.keyMs = []
    // The time from the key press to the frame that shows it, in steps of 8 ms.
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'keydown') scope.keyMs?.push(entry.duration)
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
  })
  const without = await opened.measure(() => streamBlindly(page, 'long', answerId, 240))
  await page.getByTestId('composer-input').focus()
  const keys = 40
  const withKeys = await opened.measure(async () => {
    const streaming = streamBlindly(page, 'long', answerId, 240)
    for (let key = 0; key < keys; key += 1) {
      await page.keyboard.press('k')
      await page.waitForTimeout(30)
    }
    await streaming
  })
  const slow = await page.evaluate(() => (window as unknown as Window).keyMs ?? [])
  // The observer does not report events shorter than 16 ms.
  const all = [...Array.from({ length: Math.max(0, keys - slow.length) }, () => 16), ...slow]
  const delta = without.cost.taskMs / 240
  const key = Math.max(0, withKeys.cost.taskMs - without.cost.taskMs) / keys
  return [
    // The rest of the 50 ms is the wait for the next frame.
    { name: 'a key and a delta in one frame, processor time', value: key + delta, unit: 'ms', goal: { atMost: 30 } },
    byClock('a key while it writes: painted, p95', percentile(all, 0.95), 50),
  ]
}

async function measureLongMessage(bench: Bench): Promise<Figure[]> {
  await using opened = await bench.open()
  const { page } = opened
  await warmUp(page)
  await page.evaluate(() => {
    const { bench: here } = window as unknown as Window
    here.make('giant', 100, { lastText: here.text(200_000) })
  })
  const { cost } = await opened.measure(() => show(page, 'giant'))
  await page.evaluate(() => {
    const scope = window as unknown as Window
    scope.stopWatching = scope.bench.watchReversals()
  })
  const answer = await opened.measure(async () => {
    await page.getByTestId('thread').hover()
    for (let turn = 0; turn < 60; turn += 1) {
      await page.mouse.wheel(0, -600)
      await page.waitForTimeout(16)
    }
  })
  const reversal = await page.evaluate(() => (window as unknown as Window).stopWatching?.() ?? Number.NaN)
  const name = 'a message of 200,000 characters'
  return [
    { name: `${name}: opened and painted, processor time`, value: cost.taskMs, unit: 'ms', goal: { atMost: 100 } },
    {
      name: `${name}: elements, the most of all`,
      value: Math.max(cost.elements, answer.cost.elements),
      unit: 'elements',
      goal: { atMost: 2_500 },
    },
    { name: `${name}: a turn of the wheel, processor time`, value: answer.cost.taskMs / 60, unit: 'ms' },
    { name: `${name}: moved against the wheel`, value: reversal, unit: 'px', goal: { atMost: 2 } },
  ]
}

/** Loads the modules that are loaded on first use, so that they are not part of the measurement. */
async function warmUp(page: Page): Promise<void> {
  await make(page, 'warm', 20)
  await show(page, 'warm')
  await page.locator('.prose :is(p, li)').first().waitFor()
  await page.waitForTimeout(300)
}

function make(page: Page, name: string, loaded: number, options: { earlier?: number } = {}): Promise<void> {
  return page.evaluate(([of, count, more]) => (window as unknown as Window).bench.make(of, count, more), [
    name,
    loaded,
    options,
  ] as const)
}

function show(page: Page, name: string): Promise<number> {
  return page.evaluate((of) => (window as unknown as Window).bench.show(of), name)
}

function streamBlindly(page: BenchPage['page'], name: string, answerId: string, count: number): Promise<void> {
  return page.evaluate(([of, id, times]) => (window as unknown as Window).bench.streamBlindly(of, id, times), [
    name,
    answerId,
    count,
  ] as const)
}
