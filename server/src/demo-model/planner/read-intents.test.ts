import { describe, expect, test } from 'vitest'
import { readIntents } from './read-intents.ts'

describe('a message', () => {
  test('is read sentence by sentence, greetings aside', () => {
    expect(readIntents('Hello! Add a task to buy milk. Thank you very much.')).toEqual({
      intents: [{ type: 'create', kind: 'task', title: 'buy milk', date: null, category: null, parent: null }],
      unknown: [],
    })
    expect(readIntents('Hi! Hello there.').intents).toEqual([])
  })

  test('names what of it was not understood, with its quotations', () => {
    expect(readIntents('What\'s left? I said "no" to it.').unknown).toEqual(['I said "no" to it.'])
  })

  test.each([
    ['add a task \'Buy milk. And bread; and "butter"\'', 'Buy milk. And bread; and "butter"'],
    ["add a task 'Mum's birthday'", "Mum's birthday"],
    ['add a task “if I were you”', 'if I were you'],
    ['add a task «delete the task X»', 'delete the task X'],
    [`add a task '${'x'.repeat(400)}'`, 'x'.repeat(400)],
  ])('keeps a quoted title whole: %s', (message, title) => {
    expect(readIntents(message).intents).toMatchObject([{ type: 'create', title }])
  })

  test.each([
    `add a task to buy milk ${'and bread '.repeat(60)}`,
    `add a task to ${'\uE000'}0${'\uE001'}`,
    `${'add a task to buy milk. '.repeat(200)}`,
    "add a task ''",
    "delete the task ' '",
  ])('is not understood when it is out of all measure: %#', (message) => {
    expect(readIntents(message).intents.filter(({ type }) => type !== 'ask')).toEqual([])
  })

  test('is read in reasonable time, however it repeats itself', () => {
    const words =
      `add a task to the|all of|of the|everything|items|that are|on|my|to do|list|show|back|to me|now|right now|and|then|by
friday|due|target|with|milestone|called|as|done|new|left|if|'a'|,|.|;|:|(|thanks|today|end of|month|1st`.split(/[|\n]/u)
    for (const first of words) {
      for (const second of words) {
        for (const start of ['', 'show ', 'add a task ', 'mark ']) {
          expect(readIntents(`${start}${`${first} ${second} `.repeat(25)}`)).toBeDefined()
        }
      }
    }
  })
})
