import { compileMessage } from '@lingui/message-utils/compileMessage'
import { laterEnglish } from './english/index.ts'

/** As `compiled-english.ts`, for the texts that come later. */
export const compiledTexts = Object.fromEntries(
  Object.entries(laterEnglish).map(([id, message]) => [id, compileMessage(message)]),
)
