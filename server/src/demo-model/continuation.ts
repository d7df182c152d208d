import type { DemoRequest } from './demo-request.ts'
import { textPlan, type ReplyPlan } from './reply-plan.ts'

const wishToGoOn = /\bcut off\b|^\W*(?:please )?(?:continue|go on|keep going|carry on)\b/iu

/**
 * Splits a request to continue the last answer: the request as it was before that answer, and the answer's text so far. For any
 * other request `said` is null.
 */
export function splitContinuation(request: DemoRequest): { asked: DemoRequest; said: string | null } {
  const { messages, question } = request
  const last = messages.at(-2)
  const isCut = last?.role === 'assistant' || last?.role === 'tool'
  if (!isCut || messages.at(-1)?.role !== 'user' || !wishToGoOn.test(question)) {
    return { asked: request, said: null }
  }
  // After the result of a tool nothing had been said yet.
  const before = messages.slice(0, last.role === 'tool' ? -1 : -2)
  const asked = before.findLast(({ role }) => role === 'user')?.content.trim() ?? ''
  return { asked: { ...request, messages: before, question: asked }, said: last.role === 'tool' ? '' : last.content }
}

/** The rest of a planned text. The same question always gets the same answer, so what was said is its beginning. */
export function toContinuation(plan: ReplyPlan, said: string): ReplyPlan {
  if (plan.kind !== 'text') return plan
  if (!plan.text.startsWith(said)) return textPlan('I cannot continue a text that I did not write.')
  return textPlan(plan.text.slice(said.length) || 'There is nothing to continue: my last answer was whole.')
}
