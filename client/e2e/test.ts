import { test as base, type Page } from '@playwright/test'
import { createApiClient, type ApiClient } from './api-client.ts'
import { openHouse, type House } from './house.ts'
import { openStart } from './page-parts.ts'
import { createFileFixtures, type FileFixtures } from './shared-by-file.ts'

export { expect } from '@playwright/test'

interface WorkerFixtures {
  /** One for all tests of a worker; each test is another person in it. */
  readonly house: House
  readonly fileFixtures: FileFixtures
}

interface Fixtures {
  /** The page of somebody who has just come for the first time: a guest. */
  readonly page: Page
  /** The same person without a browser. */
  readonly api: ApiClient['client']
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  house: [
    async ({}, use) => {
      await using house = await openHouse()
      await use(house)
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  fileFixtures: [
    async ({}, use) => {
      await using fixtures = createFileFixtures()
      await use(fixtures)
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  page: async ({ page, house }, use) => {
    await openStart(page, house.url)
    await use(page)
  },
  api: async ({ page, context, house }, use) => {
    const { client, close } = await createApiClient(house.url, page.context() ?? context)
    await use(client)
    await close()
  },
})
