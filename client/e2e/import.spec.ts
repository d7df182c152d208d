import { expect, test } from './test.ts'

const message = (uuid: string, sender: 'human' | 'assistant', text: string) => ({
  uuid,
  sender,
  text,
  content: [],
  attachments: [],
  files: sender === 'human' ? [{ file_uuid: 'f', file_name: 'photo.jpg' }] : [],
  created_at: '2026-01-01T00:00:00Z',
})

const conversations = [
  {
    uuid: 'one',
    name: 'Plans for the garden',
    created_at: '2026-01-01T00:00:00Z',
    chat_messages: [message('q', 'human', 'What grows in the shade?'), message('a', 'assistant', 'Ferns and hostas.')],
  },
]

test('a file is chosen, imported and reported, and once more adds nothing', async ({ page }) => {
  await page.goto(`${new URL('/', page.url()).href}?settings=data`)
  const choose = (name: string, content: string) =>
    page.getByTestId('import-input').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) })
  await expect(page.getByTestId('import-choose')).toBeVisible()
  await choose('conversations.json', JSON.stringify(conversations))
  const item = page.getByTestId('import-item')
  await expect(item.getByTestId('import-state')).toHaveText('Done')
  await expect(item).toContainText('conversations.json')
  await expect(item).toContainText('Claude')
  await expect(item.getByTestId('import-result')).toHaveText(
    '1 new conversations, 2 messages, 0 planner items; 0 without anything new.',
  )
  await item.getByTestId('import-problems').click()
  await expect(item).toContainText('“Plans for the garden”: photo.jpg – The archive does not hold it')

  await choose('again.json', JSON.stringify(conversations))
  await expect(item).toHaveCount(2)
  await expect(item.first().getByTestId('import-result')).toHaveText(
    '0 new conversations, 0 messages, 0 planner items; 1 without anything new.',
  )

  await choose('notes.json', '{"hello":["world"]}')
  await expect(page.getByText('notes.json cannot be imported: the file is not an export of')).toBeVisible()
  await expect(page.getByTestId('import-upload')).toHaveCount(0)

  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Plans for the garden' }).click()
  await expect(page.getByText('Ferns and hostas.')).toBeVisible()
})
