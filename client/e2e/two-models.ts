import { httpAnswer } from '../../server/testing/scripted-provider/index.ts'
import { sharedByFile } from './shared-by-file.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { test as base } from './test.ts'

/** With a server of the file's own, whose provider has two models. */
export const test = base.extend<{ readonly twoModels: TestServer }>({
  twoModels: sharedByFile(async (use) => {
    await using server = await startTestServer()
    server.provider.scriptModels(httpAnswer(200, { data: [{ id: 'scripted-1' }, { id: 'scripted-2' }] }))
    await use(server)
  }),
})
