import { expect, test as base, type BrowserContext, type Page } from '@playwright/test'
import { createApiClient, type ApiClient } from './api-client.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { watchPageErrors, type PageErrors } from './page-errors.ts'
import { openStart } from './page-parts.ts'
import { createFileFixtures, type FileFixtures } from './shared-by-file.ts'

export { expect } from '@playwright/test'

interface WorkerFixtures {
  /** One for all tests of a worker; each test is another user of it. */
  readonly server: TestServer
  readonly fileFixtures: FileFixtures
}

interface Options {
  /**
   * Whether a page loads its other parts 3 s after it has opened. That costs more than opening it, and most tests are about the parts that
   * they use: so their browser saves data.
   */
  readonly loadsPartsAhead: boolean
}

interface Fixtures extends Options {
  /** The address that `page` opens: the start page of `server`, unless a file has a server of its own. */
  readonly start: string
  /** The page of a new guest. */
  readonly page: Page
  /** The API client of the same user. */
  readonly api: ApiClient['client']
  /** An error in any page of a test fails it, unless the test allows it. */
  readonly pageErrors: PageErrors
  readonly dataSaver: void
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      await using server = await startTestServer()
      await use(server)
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  fileFixtures: [
    async ({}, use) => {
      await using fixtures = createFileFixtures()
      await use(fixtures)
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  pageErrors: [
    async ({ browser }, use) => {
      using errors = watchPageErrors(browser)
      await use(errors)
      expect(errors.unexpected(), 'errors in a page').toEqual([])
    },
    { auto: true },
  ],
  loadsPartsAhead: [false, { option: true }],
  dataSaver: [
    async ({ browser, loadsPartsAhead }, use) => {
      if (loadsPartsAhead) return await use()
      browser.contexts().forEach(saveData)
      browser.on('context', saveData)
      await use()
      browser.off('context', saveData)
    },
    { auto: true },
  ],
  start: async ({ server }, use) => await use(server.url),
  page: async ({ page, start }, use) => {
    await openStart(page, start)
    await use(page)
  },
  api: async ({ page, context, start }, use) => {
    const { client, close } = await createApiClient(start, page.context() ?? context)
    await use(client)
    await close()
  },
})

/** In every page of the context. The browser gets this before whatever the test does with the context next. */
function saveData(context: BrowserContext): void {
  // Configurable, because a page that a link opened may run this twice in the same window.
  const turnOn = () => Object.defineProperty(navigator, 'connection', { value: { saveData: true }, configurable: true })
  // A context that is closed first has no page.
  context.addInitScript(turnOn).catch(() => undefined)
}
