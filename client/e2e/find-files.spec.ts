import type { BrowserContext, Page } from '@playwright/test'
import { createPdf } from '../../server/test/documents.ts'
import { readToken, type ApiClient } from './api-client.ts'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { chips, give, textFile, type TestFile } from './give-files.ts'
import { composer, conversationIdOf, expectStatus, lastAnswer, messageIdOf, questions, sendButton } from './page-parts.ts'
import { expect, test } from './test.ts'
import { typeInto } from './type-into.ts'

type Api = ApiClient['client']

/** The model repeats what it was sent: its answer is found, too. */
const result = (page: Page, messageId: string) => page.locator(`[data-testid=found-message][data-message-id="${messageId}"]`)
const rows = (page: Page) => page.getByTestId('file-row')
const marked = (page: Page, messageId: string) => page.locator(`[data-message-id="${messageId}"][data-marked]`)

const pdf = (name: string, text: string): TestFile => ({ name, type: 'application/pdf', bytes: Buffer.from(createPdf([text])) })

/** Sends a file with a question. @returns the conversation and the message that shows the file */
async function ask(page: Page, file: TestFile): Promise<{ conversationId: string; messageId: string }> {
  await typeInto(composer(page), 'say I have read it')
  await give(page, 'paste', [file])
  await expect(chips(page)).toHaveAttribute('data-state', 'ready')
  await sendButton(page).click()
  await expectStatus(lastAnswer(page), 'completed')
  return { conversationId: conversationIdOf(page), messageId: await messageIdOf(questions(page).last()) }
}

/** Its text is indexed in the background. */
async function untilFound(api: Api, query: string): Promise<void> {
  await expect.poll(async () => (await api.search.messages.query({ query, role: 'user' })).items.length).toBe(1)
}

/** Begins an upload as another device does, without a byte of it. @returns what sends the bytes */
async function beginUpload(context: BrowserContext, url: string, name: string, content: string): Promise<() => Promise<void>> {
  const token = await readToken(url, context)
  const headers = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0' }
  const bytes = Buffer.from(content)
  const created = await context.request.post(`${url}/api/uploads`, {
    headers: {
      ...headers,
      'upload-length': String(bytes.length),
      'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
    },
  })
  expect(created.status()).toBe(201)
  const address = new URL(created.headers()['location'] ?? '', url).href
  return async () => {
    const sent = await context.request.patch(address, {
      headers: { ...headers, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      data: bytes,
    })
    expect(sent.status()).toBe(204)
  }
}

test('a word in a PDF finds the message, with the name of the file and the passage, and the result opens it', async ({
  page,
  api,
}) => {
  const { conversationId, messageId } = await ask(page, pdf('ledger.pdf', 'Every cormorant is counted'))
  await untilFound(api, 'cormorant')
  await page.goto(new URL('/search', page.url()).href)
  await typeInto(page.getByTestId('search-input'), 'cormorant')
  await expect(result(page, messageId)).toContainText('ledger.pdf: Every cormorant is counted')
  await expect(result(page, messageId).locator('mark')).toHaveText('cormorant')
  await result(page, messageId).click()
  await page.waitForURL(`**/c/${conversationId}`)
  await expect(marked(page, messageId)).toBeVisible()
  await expect(marked(page, messageId).getByTestId('message-file')).toContainText('ledger.pdf')
})

test('the page of all files leads to the messages that show a file', async ({ page, api }) => {
  const { conversationId, messageId } = await ask(page, textFile('notes.md', '# Notes'))
  const [file] = (await api.files.list.query({})).items
  const again = await api.messages.complete.mutate({
    requestId: crypto.randomUUID(),
    content: 'say Once more',
    files: [file?.id ?? ''],
  })
  await api.conversations.update.mutate({ conversationId, title: 'The first reading' })
  await api.conversations.update.mutate({ conversationId: again.conversationId, title: 'The second reading' })
  await page.getByTestId('open-files-page').click()
  const toggle = rows(page).getByRole('button', { name: 'Where it is used: notes.md' })
  await toggle.press('Enter')
  await expect(toggle).toHaveAttribute('aria-expanded', 'true')
  const uses = rows(page).getByRole('list', { name: 'Where it is used: notes.md' }).getByRole('link')
  await expect(uses).toHaveText(['The second reading', 'The first reading'])
  await toggle.press('Enter')
  await expect(uses).toHaveCount(0)
  await toggle.press('Enter')
  await uses.filter({ hasText: 'The first reading' }).press('Enter')
  await page.waitForURL(`**/c/${conversationId}`)
  await expect(marked(page, messageId)).toBeVisible()
})

test('the page of all files shows a file of another device as ready when it is', async ({ page, context, server }) => {
  const sendBytes = await beginUpload(context, server.url, 'from-a-phone.txt', 'Hello')
  await page.getByTestId('open-files-page').click()
  await expect(rows(page)).toContainText('Waiting to upload')
  await sendBytes()
  await expect(rows(page).getByRole('button', { name: 'Download from-a-phone.txt' })).toBeVisible()
  await expect(rows(page)).not.toContainText('Waiting to upload')
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)
  test('axe finds no violation in results from files, and where a file is used or is not', async ({ page, api }, info) => {
    const { messageId } = await ask(
      page,
      textFile('report of the year.md', 'A guillemot nests on the ledge, and nobody knows for how long.'),
    )
    await untilFound(api, 'guillemot')
    const address = (path: string) => new URL(path, page.url()).href
    await page.goto(address('/search?q=guillemot%20report'))
    await expect(result(page, messageId)).toContainText('report of the year.md: A guillemot')
    await expectAccessibleAtEverySize(page, info, 'search-file')
    await page.goto(address('/'))
    await give(page, 'paste', [textFile('unused.md', '# Notes')])
    await expect(chips(page)).toHaveAttribute('data-state', 'ready')
    await page.goto(address('/files'))
    await expect(rows(page)).toHaveCount(2)
    for (const toggle of await page.getByTestId('show-file-uses').all()) await toggle.click()
    await expect(page.getByTestId('file-use')).toHaveCount(1)
    await expect(page.getByText('It is in no conversation.')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'file-uses')
  })
})
