import { splitContinuation, toContinuation } from './continuation.ts'
import type { DemoRequest } from './demo-request.ts'
import { textPlan, type DemoRule, type ReplyPlan } from './reply-plan.ts'
import { countRule } from './rules/count.ts'
import { languageRule } from './rules/language.ts'
import { plannerRule } from './rules/planner.ts'
import { talkRules } from './rules/talk.ts'
import { titleRule } from './rules/title.ts'
import { writeRules } from './rules/write.ts'
import { questionToSpeed } from './speed.ts'
import { cannotAnswer, emptyQuestion } from './texts/about.ts'

export interface Reply {
  readonly plan: ReplyPlan
  readonly tokensPerSecond: number
}

/** The first rule that recognises a request answers it: the more particular ones come first. */
const rules: readonly DemoRule[] = [titleRule, plannerRule, countRule, ...writeRules, ...talkRules, languageRule]

/** The demo's whole mind. What no rule recognises, such as any question about the world, is answered by saying so. */
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
