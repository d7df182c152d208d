import { expect, test } from 'vitest'
import { english } from './english.ts'
import { createI18n } from './i18n.ts'

test('every text is valid MessageFormat and says something', () => {
  const i18n = createI18n()
  for (const [id, message] of Object.entries(english)) {
    const values = Object.fromEntries([...message.matchAll(/\{(\w+)/gu)].map(([, name = '']) => [name, 2]))
    const text = i18n._(id as keyof typeof english, values)
    expect(text, id).not.toBe('')
    expect(text, id).not.toMatch(/[{}]/u)
  }
})

test('numbers take the form that they need', () => {
  const i18n = createI18n()
  const say = (count: number) => i18n._('shelf.item', { count, when: 'today' })
  expect([say(0), say(1), say(2)]).toEqual(['No messages · today', '1 message · today', '2 messages · today'])
})

test('no exclamation marks: the voice is calm', () => {
  expect(Object.values(english).filter((message) => message.includes('!'))).toEqual([])
})
