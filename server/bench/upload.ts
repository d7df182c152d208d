import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createPdf } from '../test/documents.ts'
import { createTestUser, type TestUser } from '../testing/create-test-app.ts'
import { createScriptedProvider } from '../testing/scripted-provider/index.ts'
import { startServerProcess, type ServerProcess } from '../testing/server-process.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { percentile, type Figure } from './figures.ts'
import { send, waitUntilReady } from './send-file.ts'

const megabytes = 25
const runs = 20
const pdfRuns = 5
const pdfPages = 1_000
/** A block of the event loop that nobody notices. */
const allowedBlockMs = 50

interface Sample {
  readonly seconds: number
  readonly block: Block
}
interface Block {
  readonly ms: number
  readonly cpuMs: number
}

/**
 * Uploads to the product, and to a bare tus server in the same run; each has a process of its own. They take turns, and each comes first as
 * often as the other, so that a slow moment of the machine meets both.
 */
export async function measureUploads(): Promise<Figure[]> {
  await using provider = await createScriptedProvider()
  await using directory = await createTemporaryDirectory()
  await using bareDirectory = await createTemporaryDirectory()
  const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl }
  await using server = await startServerProcess(env, toPath('watched-main.ts'))
  await using bare = await startServerProcess({ DATA_DIR: bareDirectory.path }, toPath('bare-tus-server.ts'))
  const user = await createTestUser(server.url)
  const ours: Sample[] = []
  const theirs: Sample[] = []
  for (let run = -2; run < runs; run += 1) {
    // Not the same twice: of the same bytes only one copy is kept.
    const content = randomBytes(megabytes * 1_000_000)
    const turns = [
      async () => theirs.push(await timeUpload(bare, null, content)),
      async () => ours.push(await timeUpload(server, user, content)),
    ]
    for (const turn of run % 2 === 0 ? turns : turns.toReversed()) await turn()
  }
  for (const samples of [ours, theirs]) samples.splice(0, 2)
  const half = await timePdf(server, user, pdfPages / 2)
  const whole = await timePdf(server, user, pdfPages)
  await user.close()
  return [...uploadFigures(ours, theirs), ...pdfFigures(whole, half)]
}

function uploadFigures(ours: readonly Sample[], theirs: readonly Sample[]): Figure[] {
  const [time, bareTime] = [fastQuarter(ours), fastQuarter(theirs)]
  const [block, bareBlock] = [medianBlock(ours), medianBlock(theirs)]
  const method = (of: (block: Block) => number) =>
    `median of the longest blocks of ${runs} uploads, until their answers, and the longest of all: ${describe(ours, of)}; the bare server: ${describe(theirs, of)}`
  return [
    {
      name: `Upload of ${megabytes} MB ÷ the same to a bare tus server`,
      value: time / bareTime,
      unit: '×',
      limit: 1.25,
      method: `${runs} uploads each by tus-js-client, the time that a quarter of them kept within: ${toSpeed(time)} and ${toSpeed(bareTime)}`,
    },
    {
      name: `Upload of ${megabytes} MB, longest block of the event loop`,
      value: block.ms,
      unit: 'ms',
      limit: Math.max(allowedBlockMs, bareBlock.ms),
      method: method(({ ms }) => ms),
    },
    {
      name: `Upload of ${megabytes} MB, longest block of the event loop, CPU`,
      value: block.cpuMs,
      unit: 'ms',
      limit: Math.max(allowedBlockMs, bareBlock.cpuMs),
      method: method(({ cpuMs }) => cpuMs),
    },
  ]
}

function pdfFigures(whole: readonly Sample[], half: readonly Sample[]): Figure[] {
  const [time, halfTime] = [fastQuarter(whole), fastQuarter(half)]
  const block = medianBlock(whole)
  const method = `${pdfRuns} PDFs each, from the first byte until the file is examined`
  return [
    {
      name: `PDF of ${pdfPages} pages ÷ one of ${pdfPages / 2}, until its text is there`,
      value: time / halfTime,
      unit: '×',
      limit: 2.5,
      method: `${method}, the time that a quarter kept within: ${time.toFixed(2)} s and ${halfTime.toFixed(2)} s`,
    },
    {
      name: `PDF of ${pdfPages} pages, longest block of the event loop, CPU`,
      value: block.cpuMs,
      unit: 'ms',
      limit: allowedBlockMs,
      method: `${method}; median of the longest blocks; on the clock ${block.ms.toFixed(1)} ms`,
    },
  ]
}

function toPath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

function toSpeed(seconds: number): string {
  return `${Math.round(megabytes / seconds)} MB/s`
}

/** Other programs only ever make a run slower. */
function fastQuarter(samples: readonly Sample[]): number {
  return percentile(
    samples.map(({ seconds }) => seconds),
    0.25,
  )
}

function medianBlock(samples: readonly Sample[]): Block {
  const median = (values: readonly number[]) => percentile(values, 0.5)
  return { ms: median(samples.map(({ block }) => block.ms)), cpuMs: median(samples.map(({ block }) => block.cpuMs)) }
}

function describe(samples: readonly Sample[], of: (block: Block) => number): string {
  const values = samples.map(({ block }) => of(block))
  return `${percentile(values, 0.5).toFixed(1)} and ${Math.max(...values).toFixed(1)} ms`
}

/** Until the last byte is answered. The examination is awaited, too, and is not part of it: the next upload is not beside it. */
async function timeUpload(server: ServerProcess, user: TestUser | null, content: Buffer): Promise<Sample> {
  await readLongestBlock(server)
  const started = performance.now()
  const fileId = await send(server.url, user, content)
  const seconds = (performance.now() - started) / 1_000
  const block = await readLongestBlock(server)
  if (user !== null) await waitUntilReady(user, fileId)
  return { seconds, block }
}

async function timePdf(server: ServerProcess, user: TestUser, pages: number): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let run = -1; run < pdfRuns; run += 1) {
    const words = `Run ${run} ${'lorem ipsum dolor sit amet '.repeat(80)}`
    const pdf = Buffer.from(createPdf(Array.from({ length: pages }, (_, page) => `Page ${page} ${words}`)))
    await readLongestBlock(server)
    const started = performance.now()
    const found = await waitUntilReady(user, await send(server.url, user, pdf))
    const seconds = (performance.now() - started) / 1_000
    if (found !== pages) throw new Error(`${found} of ${pages} pages were found`)
    const block = await readLongestBlock(server)
    if (run >= 0) samples.push({ seconds, block })
  }
  return samples
}

/** The longest block of a server's event loop since this was last asked for. */
async function readLongestBlock(server: ServerProcess): Promise<Block> {
  const seen = server.output().length
  process.kill(server.pid, 'SIGUSR2')
  for (;;) {
    const found = /longest block: (?<ms>[\d.]+) ms, (?<cpuMs>[\d.]+) ms of CPU\n/u.exec(server.output().slice(seen))?.groups
    if (found) return { ms: Number(found['ms']), cpuMs: Number(found['cpuMs']) }
    await delay(1)
  }
}
