import type { DemoRequest } from './demo-request.ts'

/** The demo's planned answer, before any of it is sent. */
export type ReplyPlan =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool-calls'; readonly calls: readonly PlannedCall[] }

export interface PlannedCall {
  /** One of the request's {@link DemoRequest.toolNames}. */
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

/** Answers the requests that it recognises; null for all others, which go to the next rule. */
export type DemoRule = (request: DemoRequest) => ReplyPlan | null

export function textPlan(text: string): ReplyPlan {
  return { kind: 'text', text }
}

/** A rule that looks for words in the question, without regard to case, and always says the same. */
export function createWordRule(words: RegExp, answer: string): DemoRule {
  return ({ question }) => (words.test(question) ? textPlan(answer) : null)
}
