import { createScriptedProvider } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { percentile, type Figure } from './figures.ts'

/** From the start of the process on a directory that exists until it says that it is ready. */
export async function measureSecondStart(): Promise<Figure[]> {
  await using provider = await createScriptedProvider()
  await using directory = await createTemporaryDirectory()
  const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl }
  const times: number[] = []
  for (let run = 0; run < 6; run += 1) {
    const started = performance.now()
    const server = await startServerProcess(env)
    if (run > 0) times.push((performance.now() - started) / 1_000)
    await server.end('SIGTERM')
  }
  return [
    {
      name: 'Second start to ready, median',
      value: percentile(times, 0.5),
      unit: 's',
      limit: 3,
      method: '5 starts of the server on a directory that exists',
    },
  ]
}
