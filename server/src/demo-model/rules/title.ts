import { firstWords } from '@holdfast/shared'
import { textPlan, type DemoRule } from '../reply-plan.ts'

const maxTitleLength = 60

/**
 * Titles are asked for without streaming, by an instruction that has the word in it. The title is the start of what the conversation
 * began with: the first user message, or if the instruction is all there is, what follows its last blank line.
 */
export const titleRule: DemoRule = ({ isStream, messages }) => {
  if (isStream || !messages.some(({ content }) => /\btitle\b/iu.test(content))) return null
  const asked = messages.filter(({ role }) => role === 'user').map(({ content }) => content)
  const begun = asked.length > 1 || !/\btitle\b/iu.test(asked[0] ?? '') ? asked[0] : asked[0]?.split(/\n\s*\n/u).at(-1)
  const words = firstWords((begun ?? '').replaceAll(/[*_`#>"]/gu, ''), maxTitleLength).replace(/[\s.,:;?]+$/u, '')
  return textPlan(words === '' ? 'New Conversation' : `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`)
}
