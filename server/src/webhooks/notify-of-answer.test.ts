import type { Message } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { endToNotice } from './notify-of-answer.ts'

const toData = (text: string) => {
  const message = { id: 'an-id', conversationId: 'another', model: null, parts: [{ type: 'text', text }] } as unknown as Message
  const answer = { userId: 'a-user', title: 'A title', message, seq: 1, at: new Date(0) }
  return endToNotice(answer, { status: 'completed' }).data(true) as { readonly text: string; readonly textIsCut?: boolean }
}

test('[T1] a text is whole up to 100,000 characters, and cut without half a character above', () => {
  const whole = 'a'.repeat(100_000)
  expect(toData(whole)).toMatchObject({ text: whole })
  expect(toData(whole)).not.toHaveProperty('textIsCut')
  const { text, textIsCut } = toData(`${whole.slice(1)}👋`)
  expect([text.length, text.isWellFormed(), textIsCut]).toEqual([100_000, true, true])
})
