import { splitContinuation, toContinuation } from './continuation.ts'
import type { DemoRequest } from './demo-request.ts'
import { textPlan, type DemoRule, type ReplyPlan } from './reply-plan.ts'
import { countRule } from './rules/count.ts'
import { filesRule } from './rules/files.ts'
import { languageRule } from './rules/language.ts'
import { plannerRule } from './rules/planner.ts'
import { talkRules } from './rules/talk.ts'
import { titleRule } from './rules/title.ts'
import { writeRules } from './rules/write.ts'
import { cannotAnswer, emptyQuestion } from './texts/about.ts'

export interface Reply {
  readonly plan: ReplyPlan
  readonly tokensPerSecond: number
}

/** The first rule that recognises a request answers it: the more particular ones come first. */
const rules: readonly DemoRule[] = [titleRule, filesRule, plannerRule, countRule, ...writeRules, ...talkRules, languageRule]

/** The demo's rules. To a message that no rule recognises, such as any question about the world, the demo answers just that. */
export function chooseReply(request: DemoRequest): Reply {
  const { asked, said } = splitContinuation(request)
  const plan = choosePlan(asked)
  return { plan: said === null ? plan : toContinuation(plan, said), tokensPerSecond: questionToSpeed(asked.question) }
}

function choosePlan(request: DemoRequest): ReplyPlan {
  for (const rule of rules) {
    const plan = rule(request)
    if (plan) return plan
  }
  return textPlan(/[\p{L}\p{N}]/u.test(request.question) ? cannotAnswer : emptyQuestion)
}

const slow = 12
const usual = 80
const fast = 400

/** Tokens a second: about the speed of a hosted model, unless the question asks for another. */
function questionToSpeed(question: string): number {
  if (/\b(?:slow|slowly|slower)\b/iu.test(question)) return slow
  return /\b(?:fast|faster|quick|quickly)\b/iu.test(question) ? fast : usual
}
