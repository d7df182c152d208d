import type { ModelMessage, ModelReplay } from '../model.ts'
import { isRecord, readText, type JsonRecord } from './read-json.ts'
import { itemToText, sectionBreak, type ResponseItem } from './response-items.ts'

type AssistantMessage = Extract<ModelMessage, { role: 'assistant' }>

/**
 * The items of a whole response that have to go back, in order and unchanged. Null when plain text and calls suffice. Reasoning without its
 * encrypted content only names what the provider did not store, and is refused; so is reasoning that nothing follows.
 */
export function itemsToReplay(items: readonly ResponseItem[]): ModelReplay | null {
  // A picture would be kept a second time, and sent with every later question.
  if (items.some(({ type }) => type === 'image_generation_call')) return null
  const finals = items.flatMap(({ final }) => (final ? [final] : []))
  if (finals.length < items.length) return null
  const kept = finals.filter((item) => item['type'] !== 'reasoning' || readText(item['encrypted_content']) !== null)
  while (kept.at(-1)?.['type'] === 'reasoning') kept.pop()
  const isWorthIt = kept.some((item) => item['type'] === 'reasoning' || readText(item['phase']) !== null)
  return isWorthIt ? { items: kept } : null
}

/**
 * The items of a step, if they still say what the step says: an answer that was continued, cut or changed since is sent as plain text.
 * Null when they do not.
 */
export function replayToItems(replay: JsonRecord, { content, toolCalls }: AssistantMessage): JsonRecord[] | null {
  const { items } = replay
  if (!Array.isArray(items) || !items.every(isRecord)) return null
  const texts = items.filter(({ type }) => type === 'message').map(itemToText)
  const names = items.flatMap((item) => (item['type'] === 'function_call' ? [item['name']] : []))
  const saysTheSame = isJoined(texts, content) && content.isWellFormed()
  const callsTheSame = names.length === toolCalls.length && toolCalls.every(({ name }, index) => name === names[index])
  return saysTheSame && callsTheSame ? items : null
}

/** Whether a text is these texts, one after the other. Between two there is a paragraph, or, where thoughts or calls stood, nothing. */
function isJoined(texts: readonly string[], whole: string): boolean {
  let rest = whole
  for (const text of texts) {
    if (text === '') continue
    const start = rest !== whole && rest.startsWith(sectionBreak + text) ? sectionBreak.length : 0
    if (!rest.startsWith(text, start)) return false
    rest = rest.slice(start + text.length)
  }
  return rest === ''
}
