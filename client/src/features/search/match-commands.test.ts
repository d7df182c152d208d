import { expect, test } from 'vitest'
import { matchCommands, matchTitles } from './match-commands.ts'

const command = (id: string, label: string, more: object = {}) => ({ id, label, run: () => {}, ...more })
const commands = [
  command('new', 'New conversation', { isSuggested: true, keywords: 'chat' }),
  command('dark', 'Use dark theme', { keywords: 'appearance night' }),
  command('export', 'Export as Markdown'),
  command('chat', 'Chat settings'),
]
const found = (query: string) => matchCommands(commands, query).map(({ id }) => id)

test('an empty query lists the usual commands', () => {
  expect(found('')).toEqual(['new'])
  expect(found(' … ')).toEqual(['new'])
})

test('words match by prefix, in any order, ignoring accents', () => {
  expect(found('mark exp')).toEqual(['export'])
  expect(found('Thème')).toEqual(['dark'])
  expect(found('ark')).toEqual([])
})

test('matches of the name come before matches of related words', () => {
  expect(found('chat')).toEqual(['chat', 'new'])
  expect(found('night')).toEqual(['dark'])
})

test('titles are matched by the beginnings of their words, without asking the server', () => {
  const titles = (query: string) =>
    matchTitles([{ title: 'Data for Åland' }, { title: 'Update' }], query).map(({ title }) => title)
  expect(titles('data')).toEqual(['Data for Åland'])
  expect(titles('aland da')).toEqual(['Data for Åland'])
  expect(titles(' ')).toEqual([])
})
