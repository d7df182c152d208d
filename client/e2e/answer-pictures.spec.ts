import { readFile } from 'node:fs/promises'
import { createGate, pictures } from '../../server/testing/scripted-provider/index.ts'
import { expectAccessible } from './expect-accessible.ts'
import { contentOf, expectStatus, lastAnswer, send } from './page-parts.ts'
import { scriptedTest as test } from './scripted-test.ts'
import { expect } from './test.ts'

/** Of one pixel. */
const red = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
const blue = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

test('pictures of an answer come while it is written, stand in their place, open, are downloaded, and are there after a reload', async ({
  page,
  scripted,
}, info) => {
  const callsBefore = scripted.provider.calls
  const gate = createGate()
  scripted.provider.script(async (reply) => {
    await reply.tokens(['First a red one:'])
    await reply.picture(red)
    await reply.until(gate.opened)
    await reply.tokens(['Then a blue one:'])
    await reply.picture(blue)
    await reply.tokens(['That is all.'])
    await reply.finish()
  })
  await send(page, 'Draw two pixels')
  const answer = lastAnswer(page)
  const shown = answer.getByTestId('picture')
  await expect(shown.locator('img')).toHaveCount(1)
  await expectStatus(answer, 'generating')
  gate.open()
  await expectStatus(answer, 'completed')

  const expectPictures = async () => {
    await expect(shown.locator('img')).toHaveCount(2)
    for (const image of await shown.locator('img').all()) {
      await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(1)
    }
    await expect(contentOf(answer)).toHaveText('First a red one:Then a blue one:That is all.')
    const tops = await answer
      .locator('p, [data-testid=picture]')
      .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().top))
    expect(tops).toEqual(tops.toSorted((one, other) => one - other))
    expect(tops).toHaveLength(5)
  }
  await expectPictures()
  await page.reload()
  await expectPictures()
  await expectAccessible(page, info, 'answer-pictures')

  await shown.last().click()
  const lightbox = page.getByTestId('lightbox')
  await expect(lightbox.getByRole('img', { name: 'picture-2.png' })).toBeVisible()
  const saving = page.waitForEvent('download')
  await lightbox.getByRole('button', { name: 'Download picture-2.png' }).click()
  const saved = await saving
  expect(saved.suggestedFilename()).toBe('picture-2.png')
  expect((await readFile(await saved.path())).subarray(1, 4).toString()).toBe('PNG')
  await page.keyboard.press('Escape')
  await expect(lightbox).toBeHidden()
  expect(scripted.provider.calls - callsBefore).toBe(1)
})

test('a picture that could not be kept is a sentence below the answer', async ({ page, scripted }) => {
  const callsBefore = scripted.provider.calls
  scripted.provider.script(pictures('', Buffer.from('no picture').toString('base64')))
  await send(page, 'Draw')
  const answer = lastAnswer(page)
  await expectStatus(answer, 'completed')
  await expect(answer.getByTestId('answer-notes')).toHaveText('A picture could not be kept: It is not a picture.')
  await expect(answer).not.toContainText('The model gave no answer.')
  expect(scripted.provider.calls - callsBefore).toBe(1)
})
