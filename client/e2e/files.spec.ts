import { createHash, randomUUID } from 'node:crypto'
import type { CDPSession, Page, Request } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { createApiClient, readToken } from './api-client.ts'
import { expectAccessible, expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { chips, give, textFile, type TestFile } from './give-files.ts'
import { createNetworkBetween } from './network-between.ts'
import { composer, contentOf, expectStatus, lastAnswer, openStart, questions, sendButton } from './page-parts.ts'
import { startTestServer } from './test-server.ts'
import { expect, test } from './test.ts'

const hashOf = ({ bytes }: TestFile) => createHash('sha256').update(bytes).digest('hex')
/** A picture of one pixel. */
const picture = (name: string): TestFile => ({
  name,
  type: 'image/png',
  bytes: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  ),
})

/** One second of silence: uncompressed, one channel of 16 bits. */
const recording = (name: string): TestFile => {
  const perSecond = 8_000
  const samples = Buffer.alloc(perSecond * 2)
  const header = Buffer.alloc(44)
  header.write('RIFF')
  header.writeUInt32LE(36 + samples.length, 4)
  header.write('WAVEfmt ', 8)
  for (const [at, value] of [
    [16, 16],
    [24, perSecond],
    [28, perSecond * 2],
    [40, samples.length],
  ] as const) {
    header.writeUInt32LE(value, at)
  }
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const) {
    header.writeUInt16LE(value, at)
  }
  header.write('data', 36)
  return { name, type: 'audio/wav', bytes: Buffer.concat([header, samples]) }
}

/** Begins like a picture. */
const damaged: TestFile = {
  name: 'damaged.jpg',
  type: 'image/jpeg',
  bytes: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]), Buffer.from('JFIF and nothing else')]),
}

const messageFiles = (page: Page) => questions(page).last().getByTestId('message-file')

/** Chooses files in the browser's dialog, opened by the keyboard. */
async function pick(page: Page, files: readonly TestFile[]): Promise<void> {
  const dialog = page.waitForEvent('filechooser')
  await page.getByTestId('attach').press('Enter')
  await (await dialog).setFiles(files.map(({ name, type, bytes }) => ({ name, mimeType: type, buffer: bytes })))
}

/** Sends no more than this from the browser; -1: as much as it can. */
async function limitUploads(devtools: CDPSession, bytesPerSecond: number): Promise<void> {
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  })
}

test('three files, dropped, pasted and picked, survive a lost network and a reload; their message is sent once', async ({
  page,
  context,
}) => {
  await using network = await createNetworkBetween()
  await using server = await startTestServer({ env: { PUBLIC_URL: network.url } })
  network.leadTo(server.url)
  await openStart(page, network.url)
  const { client: api, close } = await createApiClient(network.url, context)
  const devtools = await context.newCDPSession(page)
  // It would take minutes.
  await limitUploads(devtools, 20_000)
  const large = textFile('large.txt', 'A line of a long log.\n'.repeat(100_000))
  const notes = textFile('notes.md', '# Notes\n\nKelp holds.')
  const table = textFile('table.csv', 'a,b\n1,2\n')
  await give(page, 'drop', [large])
  await give(page, 'paste', [notes])
  await pick(page, [table])
  await expect(chips(page)).toHaveCount(3)
  await expect(chips(page).filter({ hasText: 'table.csv' })).toHaveAttribute('data-state', 'ready')
  await expect(chips(page).filter({ hasText: 'large.txt' })).toHaveAttribute('data-state', 'uploading')

  const sends: Request[] = []
  const offsets: number[] = []
  page.on('request', (request) => {
    if (request.url().includes('/trpc/messages.send')) sends.push(request)
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']))
  })
  await typeInto(composer(page), 'say I have read them')
  await composer(page).press('Enter')
  await page.waitForURL('**/c/*')
  await expect(messageFiles(page)).toHaveCount(3)
  await expect(questions(page)).toContainText('It will be sent when its files have been uploaded.')
  await expect(questions(page).getByTestId('upload-progress')).toContainText(/[1-9]\d?% uploaded/u)

  network.drop()
  await expect.poll(() => offsets.filter((offset) => offset > 0).length, 'it goes on where it has stopped').toBeGreaterThan(0)
  await page.reload()
  await expect(messageFiles(page)).toHaveCount(3)
  expect(sends, 'not before its files are there').toHaveLength(0)
  await limitUploads(devtools, -1)
  await expectStatus(lastAnswer(page), 'completed')

  expect(offsets.filter((offset) => offset > 0).length, 'also after the reload').toBeGreaterThan(1)
  expect(sends).toHaveLength(1)
  const { items } = await api.conversations.list.query({})
  const { messages } = await api.messages.list.query({ conversationId: items[0]?.id ?? '' })
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
  const parts = messages[0]?.parts ?? []
  expect(parts.map((part) => (part.type === 'file' ? part.name : part.type))).toEqual([
    'large.txt',
    'notes.md',
    'table.csv',
    'text',
  ])
  const stored = await Promise.all(
    parts.flatMap((part) => (part.type === 'file' ? [api.files.get.query({ fileId: part.fileId })] : [])),
  )
  expect(stored.map(({ sha256 }) => sha256)).toEqual([large, notes, table].map(hashOf))
  await close()
})

test('the files of a draft are there on another device, and after a reload', async ({ page, browser, context, server, api }) => {
  await typeInto(composer(page), 'say Here')
  await give(page, 'paste', [textFile('notes.md', '# Notes')])
  await expect(chips(page)).toHaveAttribute('data-state', 'ready')
  await page.reload()
  await expect(chips(page)).toHaveAttribute('data-state', 'ready')
  await expect(composer(page)).toHaveValue('say Here')
  await expect.poll(async () => (await api.drafts.get.query({ conversationId: null })).content).toContain('notes.md')

  const other = await browser.newContext({ storageState: { cookies: await context.cookies(), origins: [] } })
  const there = await other.newPage()
  await openStart(there, server.url)
  await expect(chips(there)).toContainText('notes.md')
  await expect(chips(there)).toHaveAttribute('data-state', 'ready')
  await sendButton(there).click()
  await expectStatus(lastAnswer(there), 'completed')
  await expect(messageFiles(there)).toContainText('notes.md')
  await other.close()
})

test('two tabs with one draft: its file is sent once, both show it, and the message leaves from either', async ({
  page,
  context,
  server,
  api,
}) => {
  await typeInto(composer(page), 'say Here')
  await give(page, 'paste', [textFile('notes.md', '# Notes')])
  await expect(chips(page)).toHaveAttribute('data-state', 'ready')
  await expect.poll(async () => (await api.drafts.get.query({ conversationId: null })).content).toContain('notes.md')
  const second = await context.newPage()
  await openStart(second, server.url)
  await expect(chips(second)).toHaveAttribute('data-state', 'ready')
  await expect(composer(second)).toHaveValue('say Here')
  expect((await api.files.list.query({})).items).toHaveLength(1)
  await sendButton(second).click()
  await expectStatus(lastAnswer(second), 'completed')
  await expect(messageFiles(second)).toContainText('notes.md')
  // The other tab has nothing left to send.
  await page.reload()
  await expect(composer(page)).toHaveValue('')
  await expect(chips(page)).toHaveCount(0)
  expect((await api.conversations.list.query({})).items).toHaveLength(1)
  await second.close()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('a picture is taken with the camera, and sent', async ({ page }) => {
    await typeInto(composer(page), 'say Nice')
    await page.getByRole('button', { name: 'Attach files' }).tap()
    const camera = page.waitForEvent('filechooser')
    await page.getByRole('menuitem', { name: 'Take a photo' }).tap()
    const chooser = await camera
    expect(await chooser.element().getAttribute('capture')).toBe('environment')
    const { name, type, bytes } = picture('camera.png')
    await chooser.setFiles([{ name, mimeType: type, buffer: bytes }])
    await expect(chips(page)).toHaveAttribute('data-state', 'ready')
    await sendButton(page).tap()
    await expectStatus(lastAnswer(page), 'completed')
    await expect(messageFiles(page)).toHaveCount(1)
  })
})

test('a draft’s file that another device sends is shown as such, and ready as soon as it is there', async ({
  page,
  context,
  server,
  api,
}) => {
  const token = await readToken(server.url, context)
  const fileId = randomUUID()
  const bytes = Buffer.from('# From elsewhere')
  const tus = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0' }
  const metadata = Object.entries({ filename: 'elsewhere.md', fileId }).map(([key, value]) => `${key} ${btoa(value)}`)
  const created = await fetch(`${server.url}/api/uploads`, {
    method: 'POST',
    headers: { ...tus, 'upload-length': String(bytes.length), 'upload-metadata': metadata.join(',') },
  })
  const content = `say Here\n\n\`\`\`files\n${fileId} elsewhere.md\n\`\`\``
  await api.drafts.set.mutate({ conversationId: null, content })
  await page.reload()
  await expect(chips(page)).toHaveAttribute('data-state', 'elsewhere')
  await fetch(new URL(created.headers.get('location') ?? '', server.url), {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: new Uint8Array(bytes),
  })
  await expect(chips(page)).toHaveAttribute('data-state', 'ready')
})

test('a file that the server cannot use says why, and has to be removed before the message can be sent', async ({ page }) => {
  await typeInto(composer(page), 'say Without it')
  await give(page, 'paste', [damaged])
  await expect(chips(page)).toHaveAttribute('data-state', 'refused')
  await expect(chips(page)).toContainText('Cannot be used.')
  await expect(sendButton(page)).toBeDisabled()
  await page.getByRole('button', { name: 'Remove damaged.jpg' }).press('Enter')
  await expect(chips(page)).toHaveCount(0)
  await expect(composer(page)).toBeFocused()
  await sendButton(page).click()
  await expect(contentOf(lastAnswer(page))).toHaveText('Without it')
})

test('a message longer than the server takes is sent as a text file', async ({ page, api }) => {
  const { limits } = await api.system.info.query()
  const text = 'word '.repeat(Math.ceil(limits.contentLength / 5) + 10).trim()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate((value) => navigator.clipboard.writeText(value), text)
  await composer(page).focus()
  // With Shift it goes into the field.
  await page.keyboard.press('ControlOrMeta+Shift+V')
  await expect(page.getByTestId('will-be-file')).toBeVisible()
  await sendButton(page).click()
  await expectStatus(lastAnswer(page), 'completed')
  await expect(messageFiles(page)).toContainText('Text.txt')
  await messageFiles(page)
    .getByRole('button', { name: /^Text\.txt/u })
    .click()
  await expect(page.getByTestId('text-preview')).toContainText('word word word')
})

test('pictures open in a viewer that the keyboard leads through', async ({ page }) => {
  await give(page, 'paste', [picture('first.png'), picture('second.png')])
  await expect(chips(page).first()).toHaveAttribute('data-state', 'ready')
  await sendButton(page).click()
  await expectStatus(lastAnswer(page), 'completed')
  await page.reload()
  const thumbnails = questions(page).getByTestId('picture')
  await expect(thumbnails).toHaveCount(2)
  await expect
    .poll(() =>
      thumbnails
        .first()
        .locator('img')
        .evaluate((image) => (image as HTMLImageElement).naturalWidth),
    )
    .toBe(1)
  await thumbnails.first().press('Enter')
  const viewer = page.getByTestId('lightbox')
  await expect(viewer.getByRole('img', { name: 'first.png' })).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(viewer.getByRole('img', { name: 'second.png' })).toBeVisible()
  await expect(viewer).toContainText('2 of 2')
  const download = page.waitForEvent('download')
  await viewer.getByRole('button', { name: 'Download second.png' }).click()
  expect((await download).suggestedFilename()).toBe('second.png')
  await page.keyboard.press('Escape')
  await expect(viewer).toBeHidden()
  await expect(thumbnails.first()).toBeFocused()
})

test('a recording is played in the message, before and after a reload', async ({ page }, info) => {
  await give(page, 'paste', [recording('hum.wav')])
  await expect(chips(page).first()).toHaveAttribute('data-state', 'ready')
  await sendButton(page).click()
  await expectStatus(lastAnswer(page), 'completed')
  const player = questions(page).last().locator('audio')
  for (const when of ['now', 'after a reload']) {
    await expect(player).toHaveAttribute('aria-label', 'hum.wav')
    await player.evaluate(async (audio) => {
      if (!(audio instanceof HTMLAudioElement)) throw new Error('it is no player')
      audio.muted = true
      await audio.play()
    })
    await expect.poll(() => player.evaluate((audio) => (audio as HTMLAudioElement).duration), when).toBe(1)
    await page.reload()
  }
  await expect(player).toHaveAttribute('aria-label', 'hum.wav')
  await expectAccessible(page, info, 'recording')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download hum.wav' }).click()
  expect((await download).suggestedFilename()).toBe('hum.wav')
})

test('the page of all files finds them by their names, and deletes them', async ({ page, api }, info) => {
  await give(page, 'paste', [textFile('notes.md', '# Notes'), picture('kelp.png')])
  await expect(page.locator('[data-testid=file-chip][data-state=ready]')).toHaveCount(2)
  await page.getByTestId('open-files-page').click()
  const rows = page.getByTestId('file-row')
  await expect(rows).toHaveCount(2)
  await expect(page.getByTestId('files-summary')).toHaveText(/^2 files · /u)
  await expectAccessible(page, info, 'files-page')
  await typeInto(page.getByTestId('files-search'), 'KELP')
  await expect(rows).toHaveText([/kelp\.png/u])
  await rows.getByRole('button', { name: 'Delete kelp.png' }).click()
  await page.getByTestId('confirm-delete-file').click()
  await expect(rows).toHaveCount(0)
  await typeInto(page.getByTestId('files-search'), '')
  await expect(rows).toHaveText([/notes\.md/u])
  expect((await api.files.list.query({})).items.map(({ name }) => name)).toEqual(['notes.md'])
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)
  test('axe finds no violation with files in the composer, in a question and in the viewer', async ({ page }, info) => {
    await give(page, 'paste', [picture('a picture.png')])
    await give(page, 'paste', [textFile('notes.md', '# Notes'), damaged])
    await expect(page.locator('[data-testid=file-chip][data-state=ready]')).toHaveCount(2)
    await expect(page.locator('[data-testid=file-chip][data-state=refused]')).toHaveCount(1)
    await expect(page.getByTestId('model-blind')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'files-composer')
    await page.getByRole('button', { name: 'Remove damaged.jpg' }).click()
    await typeInto(composer(page), 'say Nice')
    await sendButton(page).click()
    await expectStatus(lastAnswer(page), 'completed')
    await expectAccessibleAtEverySize(page, info, 'files-question')
    await questions(page).getByTestId('picture').click()
    await expect(page.getByTestId('lightbox')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'files-lightbox')
  })
})
