import { compileMessage } from '@lingui/message-utils/compileMessage'
import { markdownEnglish } from './english/index.ts'

/** As `compiled-english.ts`, for the texts of Markdown. */
export const compiledTexts = Object.fromEntries(
  Object.entries(markdownEnglish).map(([id, message]) => [id, compileMessage(message)]),
)
