import { randomUUID } from 'node:crypto'
import { chromium, type Browser, type BrowserContext } from '@playwright/test'
import { createFlatPng } from '../../../server/test/documents.ts'
import { createApiClient, readToken, type ApiClient } from '../../e2e/api-client.ts'
import { findChromium } from '../../e2e/find-chromium.ts'
import buildPage from '../../e2e/global-setup.ts'
import { openStart } from '../../e2e/page-parts.ts'
import { startTestServer } from '../../e2e/test-server.ts'
import { percentile, type Figure } from '../figures.ts'

const rounds = 7
const turns = 10
const picturesPerTurn = 20
const lastWords = 'These are all'

/** A conversation with 200 pictures beside the same one without, in the whole product: until its newest answer is painted. */
export async function runAlone(): Promise<Figure[]> {
  await buildPage()
  await using server = await startTestServer({ env: { MESSAGES_PER_MINUTE: '600', CALLS_PER_MINUTE: '100000' } })
  const browser = await chromium.launch(await findChromium())
  try {
    const context = await browser.newContext()
    const page = await context.newPage()
    await openStart(page, server.url)
    const token = await readToken(server.url, context)
    await using api = await createApiClient(server.url, context)
    const pictures = await uploadPictures(server.url, token, api)
    const without = await write(api, () => [])
    const withPictures = await write(api, (turn) => pictures.slice(turn * picturesPerTurn, (turn + 1) * picturesPerTurn))
    await page.close()
    const times = { without: [] as number[], withPictures: [] as number[] }
    // The first round fills the caches of the server.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [kind, id] of [
        ['without', without],
        ['withPictures', withPictures],
      ] as const) {
        const ms = await measurePaint(browser, context, `${server.url}/c/${id}`)
        if (round > 0) times[kind].push(ms)
      }
    }
    const [plain, full] = [percentile(times.without, 0.5), percentile(times.withPictures, 0.5)]
    return [
      { name: 'the same conversation without pictures: opened and painted', value: plain, unit: 'ms' },
      { name: '200 pictures: opened and painted', value: full, unit: 'ms' },
      { name: '200 pictures ÷ none', value: full / plain, unit: '×', goal: { atMost: 1.2 } },
    ]
  } finally {
    await browser.close()
  }
}

async function uploadPictures(url: string, token: string, api: ApiClient): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < turns * picturesPerTurn; index += 1) {
    // Each of another size, so that each is another file.
    const bytes = createFlatPng(400 + index)
    const fileId = randomUUID()
    const metadata = Object.entries({ filename: `picture-${index}.png`, fileId })
    const response = await fetch(`${url}/api/uploads`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'tus-resumable': '1.0.0',
        'upload-length': String(bytes.length),
        'upload-metadata': metadata.map(([key, value]) => `${key} ${btoa(value)}`).join(','),
        'content-type': 'application/offset+octet-stream',
      },
      body: new Uint8Array(bytes),
    })
    if (response.status !== 201) throw new Error(`an upload was answered with ${response.status}`)
    while ((await api.client.files.get.query({ fileId })).state === 'uploading') continue
    ids.push(fileId)
  }
  return ids
}

async function write({ client }: ApiClient, filesOf: (turn: number) => readonly string[]): Promise<string> {
  const { id: conversationId } = await client.conversations.create.mutate({})
  for (let turn = 0; turn < turns; turn += 1) {
    const content = turn === turns - 1 ? `say ${lastWords}` : `say Number ${turn}`
    const files = [...filesOf(turn)]
    await client.messages.complete.mutate({ requestId: randomUUID(), conversationId, content, files })
  }
  return conversationId
}

/** Milliseconds from the beginning of the navigation to the frame after the newest answer stands in the page. */
async function measurePaint(browser: Browser, context: BrowserContext, url: string): Promise<number> {
  const fresh = await browser.newContext({ storageState: { cookies: await context.cookies(), origins: [] } })
  try {
    const page = await fresh.newPage()
    await page.addInitScript((words) => {
      const painted = new Promise<number>((resolve) => {
        const look = () => {
          if (document.querySelector('[data-testid=thread]')?.textContent.includes(words) !== true) {
            requestAnimationFrame(look)
            return
          }
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
        }
        look()
      })
      Object.assign(window, { painted })
    }, lastWords)
    await page.goto(url)
    return await page.evaluate(() => (window as unknown as { painted: Promise<number> }).painted)
  } finally {
    await fresh.close()
  }
}
