import { setupI18n, type I18n, type Messages } from '@lingui/core'
import { compiledTexts } from './compiled-english.ts'
import { locale } from './locale.ts'

const instances = new Set<I18n>()
let texts: Messages = compiledTexts

/** Creates the i18n instance with the English texts. Another language would be another catalogue with the same ids. */
export function createI18n(): I18n {
  const i18n = setupI18n()
  i18n.loadAndActivate({ locale, messages: texts })
  instances.add(i18n)
  return i18n
}

/** Adds texts that are downloaded with the code that shows them. */
export function addTexts(added: Messages): void {
  texts = { ...texts, ...added }
  for (const i18n of instances) i18n.load(locale, added)
}
