import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { answers, conversationIdOf, expectStatus, lastAnswer, send, sidebarItem } from './page-parts.ts'
import { expect, test } from './test.ts'

async function exportAs(page: Page, conversationId: string, format: string): Promise<{ name: string; content: string }> {
  const item = sidebarItem(page, conversationId)
  await item.hover()
  await item.getByRole('button', { name: /^Actions for/u }).click()
  await page.getByRole('menuitem', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: format, exact: true }).click(),
  ])
  return { name: download.suggestedFilename(), content: await readFile(await download.path(), 'utf8') }
}

test('a conversation is exported as Markdown, text and JSON, in files named after its title', async ({ page, api }) => {
  await send(page, 'say # A *heading*')
  await expectStatus(lastAnswer(page), 'completed')
  const conversationId = conversationIdOf(page)
  await page.getByTestId('edit').click()
  await typeInto(page.getByTestId('edit-input'), 'say the other branch')
  await page.getByTestId('edit-send').click()
  await expect(answers(page)).toHaveText(/the other branch/u)
  await expectStatus(lastAnswer(page), 'completed')
  await api.conversations.update.mutate({ conversationId, title: 'Plans: 1/2 & more?' })
  await expect(sidebarItem(page, conversationId)).toContainText('Plans')

  const markdown = await exportAs(page, conversationId, 'Markdown')
  expect(markdown.name).toBe('Plans 1 2 more.md')
  expect(markdown.content).toContain('# Plans: 1/2 & more?\n')
  expect(markdown.content).toContain('## You\n\nsay the other branch\n')
  expect(markdown.content).toContain('## Assistant · scripted-1\n\nthe other branch\n')
  expect(markdown.content).not.toContain('A *heading*')

  const plain = await exportAs(page, conversationId, 'Plain text')
  expect(plain.name).toBe('Plans 1 2 more.txt')
  expect(plain.content).toContain('Assistant:\nthe other branch\n')

  const json = await exportAs(page, conversationId, 'JSON, all branches')
  const parsed = JSON.parse(json.content) as { format: string; conversations: { messages: { content: string }[] }[] }
  expect(parsed.format).toBe('holdfast-export')
  expect(parsed.conversations[0]?.messages.map(({ content }) => content)).toEqual([
    'say # A *heading*',
    '# A *heading*',
    'say the other branch',
    'the other branch',
  ])
})

test('the full export is one file with all conversations, the archive and the planner, without the trash', async ({
  page,
  api,
}) => {
  const make = (content: string) => api.messages.complete.mutate({ requestId: crypto.randomUUID(), content })
  const [one, two, three] = [await make('say one'), await make('say two'), await make('say three')]
  await api.conversations.update.mutate({ conversationId: two.conversationId, archived: true })
  await api.conversations.delete.mutate({ conversationId: three.conversationId })
  await api.tasks.add.mutate({ title: 'Buy milk' })
  await page.goto(`${new URL('/', page.url()).href}?settings=data`)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-everything').click()])
  expect(download.suggestedFilename()).toMatch(/^holdfast \d{4}-\d{2}-\d{2}\.json$/u)
  const parsed = JSON.parse(await readFile(await download.path(), 'utf8')) as {
    conversations: { conversation: { id: string }; messages: unknown[] }[]
    planner: { goals: unknown[]; milestones: unknown[]; tasks: { title: string }[] }
  }
  expect(parsed.conversations.map(({ conversation }) => conversation.id).toSorted()).toEqual(
    [one.conversationId, two.conversationId].toSorted(),
  )
  expect(parsed.conversations.every(({ messages }) => messages.length === 2)).toBe(true)
  expect(parsed.planner).toMatchObject({ goals: [], milestones: [], tasks: [{ title: 'Buy milk' }] })
  await expect(page.getByTestId('export-state')).toHaveText('The file is in your downloads.')
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)
  test('axe finds no violation in the data settings', async ({ page }, info) => {
    await page.goto(`${new URL('/', page.url()).href}?settings=data`)
    await expect(page.getByTestId('export-everything')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'settings-data')
  })
})
