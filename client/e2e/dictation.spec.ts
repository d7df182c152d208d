import type { Page } from '@playwright/test'
import { createScriptedVoice, type ScriptedVoice, type VoiceAnswer } from '../../server/testing/scripted-voice.ts'
import { expectAccessibleAtEverySize, phone, sizes } from './expect-accessible.ts'
import { composer, expectStatus, lastAnswer, openStart, questions, sendButton, stopButton } from './page-parts.ts'
import { sharedByFile } from './shared-by-file.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { expect, test as base } from './test.ts'
import { typeInto } from './type-into.ts'

interface VoiceServer extends TestServer {
  readonly voice: ScriptedVoice
}

const test = base.extend<{ readonly voiceServer: VoiceServer; readonly voicePage: Page }>({
  voiceServer: sharedByFile(async (use) => {
    await using voice = await createScriptedVoice()
    await using server = await startTestServer({
      env: { VOICE_BASE_URL: voice.baseUrl, VOICE_TRANSCRIBE_MODEL: 'whisper-small,whisper-large' },
    })
    await use(Object.assign(server, { voice }))
  }),
  voicePage: async ({ voiceServer, browser }, use) => {
    voiceServer.voice.script(hears('Kelp holds fast.'))
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, serviceWorkers: 'block', locale: 'en-US' })
    const page = await context.newPage()
    await openStart(page, voiceServer.url)
    await use(page)
    await context.close()
  },
})

const hears =
  (text: string): VoiceAnswer =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ text }))

const dictate = (page: Page) => page.getByTestId('dictate')
const recording = (page: Page) => page.getByTestId('recording')
const expectState = (page: Page, state: string) => expect(recording(page)).toHaveAttribute('data-state', state)

/** The pieces and whole recordings that the browser keeps. */
function readKept(page: Page): Promise<{ id: string; bytes: number }[]> {
  return page.evaluate(async () => {
    const request = indexedDB.open('holdfast-recordings')
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const all = database.transaction('files').objectStore('files').getAll()
    const found = await new Promise<{ id: string; blob: Blob }[]>((resolve, reject) => {
      all.onsuccess = () => resolve(all.result)
      all.onerror = () => reject(all.error)
    })
    database.close()
    return found.map(({ id, blob }) => ({ id, bytes: blob.size }))
  })
}

/** How long a recording plays, in seconds. Rejects for bytes that are no recording. */
function measureSeconds(page: Page, bytes: Buffer | undefined): Promise<number> {
  return page.evaluate(
    async (base64) => {
      const data = Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0))
      const { duration } = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(data.buffer)
      return duration
    },
    bytes?.toString('base64') ?? '',
  )
}

/** Begins to dictate, and waits until some of it is on the device. */
async function record(page: Page, leastPieces = 2): Promise<void> {
  await dictate(page).click()
  await expectState(page, 'recording')
  await expect.poll(async () => (await readKept(page)).length, { message: 'kept pieces' }).toBeGreaterThanOrEqual(leastPieces)
}

test('what is dictated appears at the caret, and what is typed meanwhile stays', async ({ voicePage: page, voiceServer }) => {
  const { promise: heard, resolve: hear } = Promise.withResolvers<void>()
  voiceServer.voice.script(async (response, request) => {
    await heard
    await hears('Kelp holds fast.')(response, request)
  })
  const before = voiceServer.voice.requests.length
  await typeInto(composer(page), 'Note: . The end')
  for (let step = 0; step < '. The end'.length; step += 1) await composer(page).press('ArrowLeft')
  await record(page)
  await expect(dictate(page)).toHaveAccessibleName('Stop dictating')
  await composer(page).press('x')
  await dictate(page).click()
  await expectState(page, 'transcribing')
  await composer(page).press('y')
  await expect(composer(page)).toHaveValue('Note: xy. The end')
  hear()
  await expectState(page, 'done')
  await expect(composer(page)).toHaveValue('Note: xy Kelp holds fast.. The end')
  await composer(page).press('z')
  await expect(composer(page)).toHaveValue('Note: xy Kelp holds fast.z. The end')
  const request = voiceServer.voice.requests[before]
  expect(request?.fields).toMatchObject({ model: 'whisper-small' })
  expect(request?.file).toMatchObject({ name: 'recording.webm', mediaType: 'audio/webm' })
  // Matroska, which WebM is.
  expect(request?.file?.bytes.subarray(0, 4).toString('hex')).toBe('1a45dfa3')

  await page.reload()
  await expect(composer(page)).toHaveValue('Note: xy Kelp holds fast.z. The end')
  await expectState(page, 'done')
  expect(voiceServer.voice.requests).toHaveLength(before + 1)
  await sendButton(page).click()
  await expect(questions(page)).toContainText('Kelp holds fast.z.')
  await expect(recording(page)).toHaveCount(0)
  await expect.poll(() => readKept(page)).toEqual([])
})

for (const how of ['a reload', 'a crash'] as const) {
  test(`${how} in the middle of a recording loses no piece of it`, async ({ voicePage, voiceServer, pageErrors }) => {
    pageErrors.allow(/crash/iu)
    let page = voicePage
    await page.addInitScript(() => {
      const { start } = MediaRecorder.prototype
      MediaRecorder.prototype.start = function (timeslice) {
        document.documentElement.dataset['timeslice'] = String(timeslice)
        start.call(this, timeslice)
      }
    })
    await page.reload()
    await typeInto(composer(page), 'Written first.')
    await record(page, 4)
    expect(Number(await page.locator('html').getAttribute('data-timeslice'))).toBeLessThanOrEqual(250)
    const kept = await readKept(page)
    const bytes = kept.reduce((sum, piece) => sum + piece.bytes, 0)
    const before = voiceServer.voice.requests.length
    if (how === 'a reload') await page.reload()
    else {
      const crashed = page.waitForEvent('crash')
      const devtools = await page.context().newCDPSession(page)
      void devtools.send('Page.crash').catch(() => undefined)
      await crashed
      page = await voicePage.context().newPage()
      await openStart(page, voiceServer.url)
    }
    await expectState(page, 'done')
    await expect(composer(page)).toHaveValue('Written first. Kelp holds fast.')
    const sent = voiceServer.voice.requests[before]?.file?.bytes
    expect(sent?.length, 'bytes of the transcribed recording').toBeGreaterThanOrEqual(bytes)
    expect(await measureSeconds(page, sent), 'seconds that can be heard').toBeGreaterThan(0.4)
  })
}

test('what is recorded without a network is kept, and transcribed when it is back', async ({ voicePage: page, voiceServer }) => {
  const before = voiceServer.voice.requests.length
  await page.context().setOffline(true)
  await record(page)
  await dictate(page).click()
  await expectState(page, 'waiting')
  await expect(recording(page)).toContainText('Kept on this device')
  expect(voiceServer.voice.requests).toHaveLength(before)
  await page.context().setOffline(false)
  await expectState(page, 'done')
  await expect(composer(page)).toHaveValue('Kelp holds fast.')
})

test('a recording can be transcribed by another model, downloaded and discarded, by keyboard alone', async ({
  voicePage: page,
  voiceServer,
}) => {
  voiceServer.voice.script((response, request) =>
    hears(request.fields['model'] === 'whisper-large' ? 'Kelp holds fast.' : 'Help holds fast.')(response, request),
  )
  await dictate(page).focus()
  await page.keyboard.press('Enter')
  await expectState(page, 'recording')
  await expect.poll(async () => (await readKept(page)).length).toBeGreaterThan(1)
  await page.keyboard.press('Enter')
  await expect(composer(page)).toHaveValue('Help holds fast.')
  await page.getByRole('button', { name: 'Transcribe again' }).press('Enter')
  await page.getByRole('menuitem', { name: 'With whisper-large' }).press('Enter')
  await expect(composer(page)).toHaveValue('Kelp holds fast.')
  await expectState(page, 'done')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download recording' }).press('Enter')
  expect((await download).suggestedFilename()).toMatch(/^Recording .+\.webm$/u)
  await page.getByRole('button', { name: 'Discard recording' }).press('Enter')
  await expect(recording(page)).toHaveCount(0)
  await expect(composer(page)).toBeFocused()
  await expect(composer(page)).toHaveValue('Kelp holds fast.')
  await expect.poll(() => readKept(page)).toEqual([])
})

test('a recording is discarded while it is made: nothing is sent', async ({ voicePage: page, voiceServer }) => {
  const before = voiceServer.voice.requests.length
  await record(page)
  await page.getByRole('button', { name: 'Discard this recording' }).click()
  await expect(recording(page)).toHaveCount(0)
  await expect(dictate(page)).toHaveAccessibleName('Dictate')
  await expect.poll(() => readKept(page)).toEqual([])
  expect(voiceServer.voice.requests).toHaveLength(before)
})

test('a failure of the service is a sentence, and a person can try again', async ({ voicePage: page, voiceServer }) => {
  voiceServer.voice.script((response) => void response.writeHead(401).end('bad key'))
  await record(page)
  await dictate(page).click()
  await expectState(page, 'failed')
  await expect(recording(page)).toContainText('The voice service refused the server’s key.')
  await page.reload()
  await expectState(page, 'failed')
  voiceServer.voice.script(hears('Kelp holds fast.'))
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('menuitem', { name: 'With whisper-small' }).click()
  await expect(composer(page)).toHaveValue('Kelp holds fast.')
})

test('without any recogniser the button says so', async ({ server, browser }) => {
  const page = await browser.newPage({ serviceWorkers: 'block' })
  await page.addInitScript(() => {
    for (const name of ['SpeechRecognition', 'webkitSpeechRecognition']) Reflect.deleteProperty(window, name)
  })
  await openStart(page, server.url)
  await expect(dictate(page)).toHaveAccessibleName(/no speech recogniser is configured/u)
  await expect(dictate(page)).toHaveAttribute('aria-disabled', 'true')
  await dictate(page).press('Enter')
  await expect(page.getByTestId('toast')).toContainText('no speech recogniser is configured')
  await page.close()
})

test('without a server’s recogniser the browser’s own listens', async ({ server, browser }) => {
  const page = await browser.newPage({ serviceWorkers: 'block' })
  await page.addInitScript(() => {
    class Recognition extends EventTarget {
      start() {
        document.addEventListener('said', (event) => {
          const results = [{ isFinal: true, 0: { transcript: ` ${(event as CustomEvent<string>).detail}` } }]
          this.dispatchEvent(Object.assign(new Event('result'), { resultIndex: 0, results }))
        })
      }
      stop() {
        this.dispatchEvent(new Event('end'))
      }
    }
    Reflect.deleteProperty(window, 'SpeechRecognition')
    Reflect.set(window, 'webkitSpeechRecognition', Recognition)
  })
  await openStart(page, server.url)
  await typeInto(composer(page), 'First.')
  await expect(dictate(page)).toHaveAttribute('data-engine', 'browser')
  await dictate(page).click()
  await expect(dictate(page)).toHaveAccessibleName('Stop dictating')
  await page.evaluate(() => document.dispatchEvent(new CustomEvent('said', { detail: 'Kelp holds.' })))
  await expect(composer(page)).toHaveValue('First. Kelp holds.')
  await dictate(page).click()
  await expect(dictate(page)).toHaveAccessibleName('Dictate')
  await page.close()
})

test('the browser’s recogniser kept no recording: what was said is on the device, also when the recogniser fails', async ({
  server,
  browser,
}) => {
  const context = await browser.newContext({ serviceWorkers: 'block', permissions: ['microphone'] })
  const page = await context.newPage()
  await page.addInitScript(() => {
    class Recognition extends EventTarget {
      start() {
        document.addEventListener('said', () => {
          const results = [{ isFinal: true, 0: { transcript: 'Kelp' } }]
          this.dispatchEvent(Object.assign(new Event('result'), { resultIndex: 0, results }))
        })
        document.addEventListener('lost', () => {
          this.dispatchEvent(Object.assign(new Event('error'), { error: 'network' }))
          this.dispatchEvent(new Event('end'))
        })
      }
      stop() {
        this.dispatchEvent(new Event('end'))
      }
    }
    Reflect.deleteProperty(window, 'SpeechRecognition')
    Reflect.set(window, 'webkitSpeechRecognition', Recognition)
  })
  await openStart(page, server.url)
  await expect(dictate(page)).toHaveAttribute('data-engine', 'browser')
  await record(page)
  await page.evaluate(() => document.dispatchEvent(new Event('said')))
  await expect(composer(page)).toHaveValue('Kelp')
  await page.evaluate(() => document.dispatchEvent(new Event('lost')))
  await expectState(page, 'failed')
  await expect(recording(page)).toContainText('cannot be reached')
  // The server has no recogniser to try it with, and the recording can be saved.
  await expect(page.getByTestId('recording-again')).toHaveCount(0)
  const saving = page.waitForEvent('download')
  await page.getByTestId('recording-download').click()
  expect((await saving).suggestedFilename()).toMatch(/\.webm$/u)
  await page.getByTestId('recording-discard').click()

  await record(page)
  await page.evaluate(() => document.dispatchEvent(new Event('said')))
  await dictate(page).click()
  await expectState(page, 'done')
  await page.reload()
  await expectState(page, 'done')
  await context.close()
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('dictation has no accessibility violations, and the row of the composer fits', async ({
    voiceServer,
    browser,
    pageErrors: _,
  }, info) => {
    const context = await browser.newContext({
      viewport: phone.viewport,
      hasTouch: true,
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    })
    const page = await context.newPage()
    await openStart(page, voiceServer.url)
    voiceServer.voice.script((response) => void response.writeHead(401).end())
    await typeInto(composer(page), 'tokens 50 at 20 hold after 3')
    await sendButton(page).click()
    await expect(stopButton(page)).toBeVisible()
    await record(page)
    await expectAccessibleAtEverySize(page, info, 'recording')
    const row = page.getByTestId('composer-send').locator('xpath=..')
    for (const size of sizes) {
      await page.setViewportSize(size)
      const { content, room } = await row.evaluate((element) => ({ content: element.scrollWidth, room: element.clientWidth }))
      expect(content).toBeLessThanOrEqual(room)
      await expect(sendButton(page)).toBeInViewport({ ratio: 1 })
    }
    await dictate(page).click()
    await expectState(page, 'failed')
    await expectAccessibleAtEverySize(page, info, 'failed')
    voiceServer.voice.script(hears('Kelp holds fast.'))
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('menuitem', { name: 'With whisper-small' }).click()
    await expectState(page, 'done')
    await expectAccessibleAtEverySize(page, info, 'transcribed')
    await stopButton(page).click()
    await expectStatus(lastAnswer(page), 'cancelled')
    await context.close()
  })
})
