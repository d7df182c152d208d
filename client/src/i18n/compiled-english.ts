import { compileMessage } from '@lingui/message-utils/compileMessage'
import { english } from './english.ts'

/**
 * The texts as they are looked up. The built page holds the result of this module instead of the module (see vite.config.ts), so that
 * nobody downloads a parser for texts that are known beforehand.
 */
export const compiledEnglish = Object.fromEntries(Object.entries(english).map(([id, message]) => [id, compileMessage(message)]))
