import { expect, test } from 'vitest'
import { matchCommands } from './match-commands.ts'

const command = (id: string, label: string, more: object = {}) => ({ id, label, run: () => {}, ...more })
const commands = [
  command('new', 'New conversation', { isSuggested: true, keywords: 'chat' }),
  command('dark', 'Use the dark theme', { keywords: 'appearance night' }),
  command('export', 'Export as Markdown'),
  command('chat', 'Chat settings'),
]
const found = (query: string) => matchCommands(commands, query).map(({ id }) => id)

test('before anything is typed, the usual ones', () => {
  expect(found('')).toEqual(['new'])
  expect(found(' … ')).toEqual(['new'])
})

test('beginnings of words, in any order, without regard to accents', () => {
  expect(found('mark exp')).toEqual(['export'])
  expect(found('Thème')).toEqual(['dark'])
  expect(found('ark')).toEqual([])
})

test('what is called so comes before what is only related', () => {
  expect(found('chat')).toEqual(['chat', 'new'])
  expect(found('night')).toEqual(['dark'])
})
