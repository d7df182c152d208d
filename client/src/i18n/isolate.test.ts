import { setupI18n } from '@lingui/core'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import { expect, test } from 'vitest'
import { isolate } from './isolate.ts'

const i18n = setupI18n({ locale: 'en', messages: { en: { deleted: compileMessage('Deleted “{title}”. Undo?') } } })
const say = (title: string) => i18n._('deleted', isolate({ title }))

test('a title that turns the direction does so within itself, also when it never ends it (attack F8)', () => {
  for (const title of ['\u202Egnp.exe', 'a \u2067b', '\u2069 ends too much', '\u202D1\u202C']) {
    expect(say(title)).toBe(`Deleted “\u2068${title}\u2069”. Undo?`)
  }
})

test('other titles and numbers stay as they are', () => {
  expect(say('Tea \u200F and עברית')).toBe('Deleted “Tea \u200F and עברית”. Undo?')
  expect(isolate({ count: 3, size: '3 MB' })).toEqual({ count: 3, size: '3 MB' })
  expect(isolate()).toEqual({})
})
