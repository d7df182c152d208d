import type { Page } from '@playwright/test'
import { createScriptedVoice } from '../../server/testing/scripted-voice.ts'
import { expectAccessible, phone, sizes } from './expect-accessible.ts'
import { composer, expectStatus, lastAnswer, openStart, sendButton } from './page-parts.ts'
import { release, startTestServer } from './test-server.ts'
import { expect, test } from './test.ts'
import { typeInto } from './type-into.ts'

/** Voices that say a text until the test ends it, because the browser of the tests has none. */
function stubVoices() {
  const said: string[] = []
  let current: SpeechSynthesisUtterance | null = null
  const end = (type: 'end' | 'error') => {
    const utterance = current
    current = null
    utterance?.dispatchEvent(Object.assign(new Event(type), { error: 'canceled' }))
  }
  const synthesis = Object.assign(new EventTarget(), {
    getVoices: () => [{ name: 'Test' }],
    speak: (utterance: SpeechSynthesisUtterance) => {
      current = utterance
      said.push(`${utterance.text}${utterance.rate === 1 ? '' : ` (${utterance.rate})`}`)
    },
    cancel: () => end('error'),
    resume: () => undefined,
  })
  class Utterance extends EventTarget {
    rate = 1
    readonly text: string
    constructor(text: string) {
      super()
      this.text = text
    }
  }
  Object.defineProperty(window, 'speechSynthesis', { value: synthesis })
  Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: Utterance })
  Object.assign(window, { voices: { said, end: () => end('end'), isSpeaking: () => current !== null } })
}

interface Voices {
  readonly said: readonly string[]
  readonly end: () => void
  readonly isSpeaking: () => boolean
}
const voicesOf = () => (window as unknown as { readonly voices: Voices }).voices
const readSaid = (page: Page) => page.evaluate(`(${voicesOf.toString()})().said`) as Promise<string[]>
const endSaying = (page: Page) => page.evaluate(`(${voicesOf.toString()})().end()`)
const isSpeaking = (page: Page) => page.evaluate(`(${voicesOf.toString()})().isSpeaking()`)
const reading = (page: Page) => page.getByTestId('reading')

/** A page whose last answer has these paragraphs. */
async function ask(page: Page, paragraphs: readonly string[]): Promise<void> {
  await typeInto(composer(page), `say ${paragraphs.join('\n\n')}`)
  await sendButton(page).click()
  await expectStatus(lastAnswer(page), 'completed')
}

test.describe('an answer', () => {
  test('is read aloud from any paragraph, at any speed, by keyboard alone', async ({ page }) => {
    await page.addInitScript(stubVoices)
    await page.reload()
    await ask(page, ['First **one**.', '- second\n- third', '```\ncode\n```', 'Last one.'])
    await lastAnswer(page).getByRole('button', { name: 'Read aloud' }).press('Enter')
    await expect(page.getByRole('region', { name: 'Reading aloud' })).toContainText('Paragraph 1 of 5')
    await expect(page.getByRole('button', { name: 'Pause' })).toBeFocused()
    await expect.poll(() => readSaid(page)).toEqual(['First one.'])
    await endSaying(page)
    await expect.poll(() => readSaid(page)).toEqual(['First one.', 'second'])
    await page.getByRole('button', { name: 'Next paragraph' }).press('Enter')
    await page.getByRole('button', { name: 'Next paragraph' }).press('Enter')
    await expect.poll(async () => (await readSaid(page)).slice(2)).toEqual(['third', 'A block of code.'])
    await page.getByRole('button', { name: 'Pause' }).press('Space')
    await expect(reading(page)).toHaveAttribute('data-status', 'paused')
    expect(await isSpeaking(page)).toBe(false)
    await page.getByLabel('Speed').selectOption('1.5')
    await page.getByRole('button', { name: 'Continue reading' }).press('Space')
    await expect.poll(async () => (await readSaid(page)).at(-1)).toBe('A block of code. (1.5)')
    await endSaying(page)
    await expect.poll(async () => (await readSaid(page)).at(-1)).toBe('Last one. (1.5)')
    await endSaying(page)
    await expect(reading(page)).toHaveAttribute('data-status', 'done')
    await page.getByRole('button', { name: 'Read again' }).press('Escape')
    await expect(reading(page)).toHaveCount(0)
    await expect(composer(page)).toBeFocused()
  })

  test('is read from the paragraph that is pointed at, and no longer when a person writes or dictates', async ({ page }) => {
    await page.addInitScript(stubVoices)
    await page.reload()
    await ask(page, ['First one.', 'Second one.', 'Third one.'])
    await lastAnswer(page).getByTestId('read-aloud').click()
    await expect.poll(() => readSaid(page)).toEqual(['First one.'])
    await lastAnswer(page).getByText('Third one.').click()
    await expect(reading(page)).toHaveAttribute('data-paragraph', '3')
    await expect.poll(() => readSaid(page)).toEqual(['First one.', 'Third one.'])
    await composer(page).press('x')
    await expect(reading(page)).toHaveCount(0)
    expect(await isSpeaking(page)).toBe(false)

    await lastAnswer(page).getByText('Second one.').selectText()
    await lastAnswer(page).getByTestId('read-aloud').press('Enter')
    await expect(reading(page)).toHaveAttribute('data-paragraph', '2')
    await expect.poll(() => isSpeaking(page)).toBe(true)
    await page.evaluate(() => {
      Reflect.deleteProperty(window, 'SpeechRecognition')
      Reflect.set(
        window,
        'webkitSpeechRecognition',
        class extends EventTarget {
          start() {}
          stop() {}
        },
      )
    })
    await page.getByTestId('dictate').click()
    await expect(reading(page)).toHaveCount(0)
    expect(await isSpeaking(page)).toBe(false)
  })

  test('is read while it is written, as soon as a sentence is finished', async ({ page, server }) => {
    await page.addInitScript(stubVoices)
    await page.reload()
    await typeInto(composer(page), 'tokens 30 at 50 hold after 10')
    await sendButton(page).click()
    await expectStatus(lastAnswer(page), 'generating')
    await lastAnswer(page).getByTestId('read-aloud').click()
    await expect(reading(page)).toHaveAttribute('data-status', 'waiting')
    expect(await readSaid(page)).toEqual([])
    await release(server)
    await expectStatus(lastAnswer(page), 'completed')
    await expect.poll(() => readSaid(page)).toEqual([expect.stringMatching(/^t1 t2 .+ t30$/u)])
    await expect(lastAnswer(page).getByTestId('read-aloud')).toBeVisible()
  })

  test('is read by the voice of the server where it has one', async ({ browser, pageErrors: _ }) => {
    await using voice = await createScriptedVoice()
    await using server = await startTestServer({ env: { VOICE_BASE_URL: voice.baseUrl, VOICE_SPEECH_MODEL: 'tts-small' } })
    const page = await browser.newPage({ serviceWorkers: 'block' })
    await openStart(page, server.url)
    await ask(page, ['First one.', 'Second one.'])
    await lastAnswer(page).getByTestId('read-aloud').click()
    await expect(reading(page)).toHaveAttribute('data-status', 'done')
    expect(voice.requests.map(({ fields }) => fields['input'])).toEqual(['First one.', 'Second one.'])
    await page.close()
  })

  test('is not read where there are no voices, which is said', async ({ page }) => {
    await page.addInitScript(() => Object.defineProperty(window, 'speechSynthesis', { value: undefined }))
    await page.reload()
    await ask(page, ['First one.'])
    await lastAnswer(page).getByTestId('read-aloud').click()
    await expect(reading(page)).toContainText('This browser has no voices, and no voice is configured on this server.')
  })
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('reading aloud has no accessibility violations, and fits', async ({ page }, info) => {
    await page.addInitScript(stubVoices)
    await page.reload()
    await ask(page, ['First one.', 'Second one.'])
    await lastAnswer(page).getByTestId('read-aloud').click()
    await expect(reading(page)).toHaveAttribute('data-status', 'reading')
    for (const size of sizes) {
      await page.setViewportSize(size)
      await expectAccessible(page, info, `reading-${size.width}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width)
    }
  })
})
