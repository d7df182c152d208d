import { sharedByFile } from './shared-by-file.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { test as base } from './test.ts'

/** As `test`, with a server whose model each test scripts: that of other tests answers what it is asked for. */
export const scriptedTest = base.extend<{ readonly scripted: TestServer }>({
  scripted: sharedByFile(async (use) => {
    await using server = await startTestServer()
    await use(server)
  }),
  start: async ({ scripted }, use) => await use(scripted.url),
})
