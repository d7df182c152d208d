import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createTestApp } from '../testing/create-test-app.ts'
import { createGate, text, tokens } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'

function filesWith(directory: string, words: string): string[] {
  return globSync('**/*', { cwd: directory, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(words))
}

test('X9 what was deleted for good stayed in the files of the database, and in the answers that are kept for repeats', async () => {
  await using directory = await createDataDirectory()
  const [gone, kept] = [`gone-${randomUUID()}`, `kept-${randomUUID()}`]
  {
    await using app = await createTestApp({ env: { DATA_DIR: directory.path } })
    const user = await app.createUser()
    app.provider.script(text(`${gone} was said`))
    const { conversationId, assistantMessageId } = await ask(user, `Remember ${gone}`)
    await user.client.conversations.update.mutate({ conversationId, title: gone })
    await user.client.drafts.set.mutate({ conversationId, content: gone })
    const forkRequest = { requestId: randomUUID(), messageId: assistantMessageId }
    const copy = await user.client.conversations.fork.mutate(forkRequest)
    expect(await user.client.conversations.fork.mutate(forkRequest), 'a repeat').toEqual(copy)
    const gate = createGate()
    app.provider.script(tokens(2, { stopAfter: 1, then: gate }))
    const running = await send(user, 'x', { conversationId })
    const queued = await send(user, `withdrawn ${gone}`, { conversationId, parentId: running.assistantMessageId })
    const withdrawal = { requestId: randomUUID(), messageId: queued.userMessageId }
    const withdrawn = await user.client.messages.withdraw.mutate(withdrawal)
    expect(withdrawn.content).toBe(`withdrawn ${gone}`)
    expect(await user.client.messages.withdraw.mutate(withdrawal), 'a repeat').toEqual(withdrawn)
    gate.open()
    app.provider.script(text('ok'))
    const { conversationId: other } = await ask(user, `Remember ${kept}`)
    for (const id of [conversationId, copy.id]) {
      await user.client.conversations.delete.mutate({ conversationId: id, permanent: true })
    }
    expect((await user.client.messages.withdraw.mutate(withdrawal)).content).toBe('')
    expect((await user.client.conversations.get.query({ conversationId: other })).messages).toHaveLength(2)
    expect(filesWith(directory.path, gone), 'before it is erased').not.toEqual([])
  }
  expect(filesWith(directory.path, gone)).toEqual([])
  expect(filesWith(directory.path, kept), 'what was kept').not.toEqual([])
})
