import { expect, test } from 'vitest'
import { createDraftWriter } from './draft-writer.ts'

function createHarness() {
  const writer = createDraftWriter()
  const saved: string[] = []
  const pending: PromiseWithResolvers<void>[] = []
  const save = (content: string) => {
    saved.push(content)
    const write = Promise.withResolvers<void>()
    pending.push(write)
    return write.promise
  }
  const settle = async (how: 'arrives' | 'fails') => {
    const write = pending.shift()
    if (how === 'arrives') write?.resolve()
    else write?.reject(new Error('the connection was cut'))
    await Promise.resolve()
    await Promise.resolve()
  }
  return { writer, saved, save, settle }
}

test('a sent question does not come back as a draft: emptying it follows the write that is still on its way', async () => {
  const { writer, saved, save, settle } = createHarness()
  writer.write('k', 'a question', save)
  expect(writer.isKnown('k', '', '')).toBe(false)
  writer.write('k', '', save)
  expect(saved, 'one at a time').toEqual(['a question'])
  await settle('arrives')
  expect(saved).toEqual(['a question', ''])
  await settle('arrives')
  expect(writer.isKnown('k', '', '')).toBe(true)
})

test('only the newest text is sent next, and drafts do not wait for each other', async () => {
  const { writer, saved, save, settle } = createHarness()
  writer.write('k', 'a', save)
  writer.write('k', 'ab', save)
  writer.write('k', 'abc', save)
  writer.write('other', 'x', save)
  await settle('arrives')
  expect(saved).toEqual(['a', 'x', 'abc'])
})

test('a write that failed may have arrived: emptying the draft is written', async () => {
  const { writer, save, settle } = createHarness()
  writer.write('k', 'a question', save)
  await settle('fails')
  expect(writer.isWriting('k')).toBe(false)
  expect(writer.isKnown('k', '', '')).toBe(false)
})

test('pending drafts are sent when the page is closed', () => {
  const { writer, saved, save } = createHarness()
  writer.write('k', 'a question', save)
  writer.write('k', '', save)
  writer.flush('k')
  expect(saved).toEqual(['a question', ''])
})
