import { compileMessage } from '@lingui/message-utils/compileMessage'
import { firstEnglish } from './english/index.ts'

/**
 * The texts by id, compiled. The build replaces this module with its result (see client/build/compile-texts.ts), so that the page does
 * not download a MessageFormat parser.
 */
export const compiledTexts = Object.fromEntries(
  Object.entries(firstEnglish).map(([id, message]) => [id, compileMessage(message)]),
)
