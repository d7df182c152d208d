import { startTestServer, type TestServer } from './test-server.ts'
import { test as base } from './test.ts'

/** As `test`, with servers whose model each test scripts: those of other tests answer what they are asked for. */
export const scriptedTest = base.extend<object, { readonly server: TestServer }>({
  server: [
    async ({}, use) => {
      await using server = await startTestServer()
      await use(server)
    },
    { scope: 'worker', timeout: 240_000 },
  ],
})
