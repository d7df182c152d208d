import { setupI18n, type I18n } from '@lingui/core'
import { compiledEnglish } from './compiled-english.ts'

/** English for now; another language is another catalogue with the same ids. */
export function createI18n(): I18n {
  const i18n = setupI18n()
  i18n.loadAndActivate({ locale: 'en', messages: compiledEnglish })
  return i18n
}
