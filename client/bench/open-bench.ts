import { chromium, type CDPSession, type Page, type ViewportSize } from '@playwright/test'
import { findChromium } from '../e2e/find-chromium.ts'
import { serveScenario } from './serve-scenario.ts'

/** The work of the page's main thread, in milliseconds, and the contents of the page afterwards. */
export interface Cost {
  readonly scriptMs: number
  readonly layoutMs: number
  readonly taskMs: number
  readonly elements: number
}

export interface BenchPage extends AsyncDisposable {
  readonly page: Page
  readonly session: CDPSession
  /** Runs something and measures its cost for the page. */
  readonly measure: <Result>(act: () => Promise<Result>) => Promise<{ readonly result: Result; readonly cost: Cost }>
}

export interface BenchPageOptions {
  readonly viewport?: ViewportSize
  /** CPU throttling: the factor by which the page is slower than this machine. */
  readonly slowdown?: number
}

/** A scenario's page, built and served, and a Chromium to open it in. */
export interface Bench extends AsyncDisposable {
  /** Opens the page in a new browser profile and a process of its own, and waits until it has loaded. */
  readonly open: (options?: BenchPageOptions) => Promise<BenchPage>
}

export async function openBench(name: string): Promise<Bench> {
  await using stack = new AsyncDisposableStack()
  const served = stack.use(await serveScenario(name))
  const launch = await findChromium()
  const browser = await chromium.launch({ ...launch, args: [...launch.args, '--js-flags=--expose-gc'] })
  stack.defer(() => browser.close())
  const opened = stack.move()
  return {
    open: async ({ viewport = { width: 1200, height: 800 }, slowdown = 1 } = {}) => {
      const context = await browser.newContext({ viewport })
      const page = await context.newPage()
      page.on('pageerror', (error) => console.error(`the page failed: ${error.stack ?? error.message}`))
      const session = await context.newCDPSession(page)
      await session.send('Performance.enable', { timeDomain: 'threadTicks' })
      if (slowdown > 1) await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
      await page.goto(served.url)
      return {
        page,
        session,
        measure: async (act) => {
          await page.evaluate(() => (globalThis as { gc?: () => void }).gc?.())
          const before = await readCounters(session)
          const result = await act()
          const after = await readCounters(session)
          const spent = (counter: string) => ((after[counter] ?? 0) - (before[counter] ?? 0)) * 1_000
          const elements = await page.evaluate(() => document.querySelectorAll('*').length)
          return {
            result,
            cost: {
              scriptMs: spent('ScriptDuration'),
              layoutMs: spent('LayoutDuration'),
              taskMs: spent('TaskDuration'),
              elements,
            },
          }
        },
        [Symbol.asyncDispose]: () => context.close(),
      }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function readCounters(session: CDPSession): Promise<Record<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
}
