/** What one question asks of the scripted model. It travels in the question's text, so that any process can play the model. */
export interface Question {
  /** In every word of the answer: a word of another answer, a missing one and a doubled one are all told apart. */
  readonly nonce: string
  readonly words: number
  /** Words a second; 0: as fast as the socket takes them. */
  readonly perSecond: number
  /** Tasks that the model adds to the planner after the first half of its words. */
  readonly tasks: number
}

export function questionToText({ nonce, words, perSecond, tasks }: Question): string {
  return `chaos ${nonce} words ${words} at ${perSecond} tasks ${tasks}`
}

const pattern = /^chaos (?<nonce>\S+) words (?<words>\d+) at (?<rate>\d+) tasks (?<tasks>\d+)$/u

export function textToQuestion(text: string): Question | null {
  const groups = pattern.exec(text)?.groups
  if (!groups) return null
  const { nonce = '', words, rate, tasks } = groups
  return { nonce, words: Number(words), perSecond: Number(rate), tasks: Number(tasks) }
}

/** The whole answer, without its tool calls: what every reader must have at the end. */
export function questionToAnswer({ nonce, words }: Question): string {
  return joinWords(nonce, 1, words)
}

/** The words that come before the tool calls. */
export function wordsBeforeTasks({ words, tasks }: Question): number {
  return tasks === 0 ? words : Math.floor(words / 2)
}

/** `from` counts from 1. */
export function joinWords(nonce: string, from: number, count: number): string {
  return Array.from({ length: count }, (_, index) => `${nonce}.${from + index} `).join('')
}

export function taskTitle({ nonce }: Pick<Question, 'nonce'>, index: number): string {
  return `task ${index} of ${nonce}`
}
