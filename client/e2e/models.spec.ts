import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { httpAnswer } from '../../server/testing/scripted-provider/index.ts'
import { createTemporaryDirectory } from '../../server/testing/temporary-directory.ts'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { composer, expectLive, expectStatus, lastAnswer, openStart, send, sidebarItem } from './page-parts.ts'
import { sharedByFile } from './shared-by-file.ts'
import { expect, test as base } from './test.ts'

/** A provider with many models, and an unreachable one. */
const test = base.extend<{ readonly manyModels: TestServer }>({
  manyModels: sharedByFile(async (use) => {
    await using directory = await createTemporaryDirectory()
    const file = join(directory.path, 'providers.json')
    writeFileSync(
      file,
      JSON.stringify([
        {
          id: 'local',
          name: 'Workshop',
          baseUrl: 'http://127.0.0.1:9/v1',
          models: ['qwen3:8b', 'llama4:70b'],
          contextWindow: { 'qwen3:8b': 32_768 },
          prices: { 'qwen3:8b': { input: 0, output: 0 } },
        },
      ]),
    )
    await using server = await startTestServer({
      env: { MODEL_PROVIDERS: file, MODEL_PRICE_JSON: '{"scripted-1":{"input":0.15,"output":0.6}}' },
    })
    const more = Array.from({ length: 30 }, (_, index) => ({ id: `model-${index + 1}`, max_model_len: 131_072 }))
    server.provider.scriptModels(
      httpAnswer(200, { data: [{ id: 'scripted-1', max_model_len: 128_000 }, { id: 'scripted-2' }, ...more] }),
    )
    await use(server)
  }),
})

/** Asks, and gives what the provider was sent. */
async function askIn(page: Page, server: TestServer, content: string) {
  const find = () => server.provider.requests.findLast(({ lastUserText }) => lastUserText === content)
  await send(page, content)
  await expect.poll(find).toBeDefined()
  return find()?.body ?? {}
}

test('a model is found by its name, shows its context size and price, and answers from then on', async ({ page, manyModels }) => {
  await openStart(page, manyModels.url)
  const picker = page.getByTestId('model-picker')
  await expect(picker).toContainText('openai/scripted-1')
  await picker.focus()
  await page.keyboard.press('Enter')
  const list = page.getByRole('listbox', { name: 'Model' })
  await expect(list.getByRole('option', { name: 'openai/scripted-1' })).toContainText('128k · $0.15 in / $0.60 out per 1M')
  await expect(list.getByRole('option', { name: 'openai/scripted-2' })).toContainText('context window unknown · price unknown')
  await expect(list.getByRole('option', { name: 'local/qwen3:8b' })).toContainText('32k · free')
  await expect(list.getByRole('group', { name: 'Workshop' }).getByRole('option')).toHaveCount(2)
  await expect(page.getByText(/Workshop: .*cannot be reached/u)).toBeVisible()
  await page.keyboard.type('no such thing')
  await expect(page.getByText('No matches.')).toBeVisible()
  await typeInto(page.getByPlaceholder('Search'), 'model-17')
  await expect(list.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(picker).toContainText('openai/model-17')
  await expect(list).toHaveCount(0)
  expect((await askIn(page, manyModels, 'say hello')).model).toBe('model-17')
  await expect(page.getByTestId('model-picker')).toContainText('openai/model-17')
})

test('a conversation has its own name, model and instructions', async ({ page, server }) => {
  const id = await send(page, 'say hello')
  await expectStatus(lastAnswer(page), 'completed')
  await page.getByTestId('open-conversation-settings').click()
  const dialog = page.getByRole('dialog', { name: 'Conversation settings' })
  await typeInto(dialog.getByLabel('Title'), 'Short talks')
  await typeInto(dialog.getByLabel('Instructions'), 'Answer in short sentences.')
  await dialog.getByTestId('conversation-model').click()
  await page.getByRole('option', { name: 'scripted-2' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByTestId('title')).toHaveText('Short talks')
  await expect(sidebarItem(page, id)).toContainText('Short talks')
  const bye = await askIn(page, server, 'say bye')
  expect(bye.model).toBe('scripted-2')
  expect(String(bye.messages?.[0]?.content)).toContain('Answer in short sentences.')

  // The settings are reset to the defaults; a blank title is rejected.
  await page.getByTestId('open-conversation-settings').click()
  await typeInto(dialog.getByLabel('Title'), '  ')
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled()
  await typeInto(dialog.getByLabel('Title'), 'Short talks')
  await expect(dialog.getByLabel('Instructions')).toHaveValue('Answer in short sentences.')
  await typeInto(dialog.getByLabel('Instructions'), '')
  await dialog.getByTestId('conversation-model').click()
  await page.getByRole('option', { name: 'Default model' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)
  const again = await askIn(page, server, 'say again')
  expect(again.model).toBe('scripted-1')
  expect(String(again.messages?.[0]?.content)).not.toContain('short sentences')
})

test('a conversation has parameters of its own, which the model gets, before its first message and after', async ({
  page,
  server,
  api,
}) => {
  const opener = page.getByTestId('open-conversation-settings')
  const dialog = page.getByRole('dialog', { name: 'Conversation settings' })
  const saver = dialog.getByRole('button', { name: 'Save' })
  await opener.click()
  await typeInto(dialog.getByLabel('Temperature'), '0,3')
  await saver.click()
  await expect(dialog).toHaveCount(0)
  await page.reload()
  await expectLive(page)
  const hello = await askIn(page, server, 'say warm')
  expect(hello).toMatchObject({ temperature: 0.3 })
  await expectStatus(lastAnswer(page), 'completed')

  await opener.click()
  await expect(dialog.getByLabel('Temperature')).toHaveValue('0.3')
  await typeInto(dialog.getByLabel('Temperature'), '3')
  await expect(dialog.getByText('A number from 0 to 2.')).toBeVisible()
  await expect(saver).toBeDisabled()
  await typeInto(dialog.getByLabel('Temperature'), '')
  await typeInto(dialog.getByLabel('Top-p'), '0.9')
  await typeInto(dialog.getByLabel('Maximum length'), '800')
  await dialog.getByLabel('Reasoning effort').selectOption('High')
  await saver.click()
  await expect(dialog).toHaveCount(0)
  const bye = await askIn(page, server, 'say cold')
  expect(bye).toMatchObject({ top_p: 0.9, max_tokens: 800, reasoning_effort: 'high' })
  expect(bye).not.toHaveProperty('temperature')
  const { items } = await api.conversations.list.query({})
  expect(items[0]?.parameters).toEqual({ topP: 0.9, maxOutputTokens: 800, reasoningEffort: 'high' })
})

test('instructions and model can be set before the first message, which carries them, also after being offline', async ({
  page,
  context,
  server,
  api,
}) => {
  await page.getByTestId('open-conversation-settings').click()
  const dialog = page.getByRole('dialog', { name: 'Conversation settings' })
  await typeInto(dialog.getByLabel('Instructions'), 'Answer in rhymes.')
  await dialog.getByTestId('conversation-model').click()
  await page.getByRole('option', { name: 'scripted-2' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.reload()
  await expectLive(page)
  await expect(page.getByTestId('new-instructions')).toContainText('Instructions: Answer in rhymes.')
  await context.setOffline(true)
  await typeInto(composer(page), 'say hello')
  await composer(page).press('Enter')
  await expect(page.getByTestId('unsent-edit')).toBeVisible()
  await context.setOffline(false)
  await expectStatus(lastAnswer(page), 'completed')
  const asked = server.provider.requests.at(-1)?.body
  expect(asked?.model).toBe('scripted-2')
  expect(String(asked?.messages?.[0]?.content)).toContain('Answer in rhymes.')
  const { items } = await api.conversations.list.query({})
  expect(items.map(({ instructions, messageCount }) => [instructions, messageCount])).toEqual([['Answer in rhymes.', 2]])
  await page.getByTestId('new-conversation').click()
  await expect(page.getByTestId('new-instructions')).toHaveCount(0)
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)
  test('axe finds no violation in the list of models and the settings of a conversation', async ({ page, manyModels }, info) => {
    await openStart(page, manyModels.url)
    await page.getByTestId('model-picker').click()
    await expect(page.getByRole('option').first()).toBeVisible()
    // The list lies over the page, and may leave a strip of a button in sight.
    await expectAccessibleAtEverySize(page, info, 'model-picker', ['target-size'])
    await page.keyboard.press('Escape')
    await expect(page.getByRole('listbox')).toHaveCount(0)
    await composer(page).focus()
    await send(page, 'say hello')
    await expectStatus(lastAnswer(page), 'completed')
    await page.getByTestId('open-conversation-settings').click()
    await expect(page.getByRole('dialog').getByLabel('Instructions')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'conversation-settings')
  })
})
