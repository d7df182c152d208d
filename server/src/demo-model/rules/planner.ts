import type { DemoRequest } from '../demo-request.ts'
import type { Intent } from '../planner/intent.ts'
import { findFor, intentToFirstCall, intentToSecondCall, needsLookup } from '../planner/plan-calls.ts'
import { readIntents } from '../planner/read-intents.ts'
import { tellDeed, tellList, tellSearch } from '../planner/tell-results.ts'
import { readMadeCalls, type MadeCall } from '../planner/tool-results.ts'
import { textPlan, type DemoRule, type PlannedCall, type ReplyPlan } from '../reply-plan.ts'
import * as about from '../texts/about.ts'

type Doable = Exclude<Intent, { type: 'ask' }>

/**
 * Acts on goals, milestones and tasks, by the tools that the request offers: first all searches and all that needs none, then what
 * the searches have found exactly one item for, then it tells. It keeps nothing in between: each time it reads the same message and
 * finds in the history how far it is.
 */
export const plannerRule: DemoRule = (request) => {
  const { intents, unknown } = readIntents(request.question)
  const asks = intents.find((intent) => intent.type === 'ask')
  if (intents.length === 0) return looksLikePlanner(request) ? textPlan(about.plannerUnclear) : null
  if (unknown.length > 0) return textPlan(about.plannerHalf(unknown))
  if (asks) return textPlan(asks.text)
  return planSteps(request, intents.filter(isDoable))
}

function isDoable(intent: Intent): intent is Doable {
  return intent.type !== 'ask'
}

function planSteps(request: DemoRequest, intents: readonly Doable[]): ReplyPlan {
  const knows = (tool: string, argument: string) => request.argumentsByTool?.[tool]?.includes(argument) === true
  const made = readMadeCalls(request.messages)
  const first = intents.map((intent) => intentToFirstCall(intent, knows))
  if (made.length === 0) return toCalls(request, first)
  const results = made.slice(0, first.length)
  if (!isSame(first, results)) return textPlan(about.plannerLost)
  const second = intents.map((intent, index) =>
    needsLookup(intent) ? intentToSecondCall(intent, findFor(intent, results[index]?.result)) : null,
  )
  const deeds = second.filter((call) => call !== null)
  const done = made.slice(first.length)
  if (done.length === 0 && deeds.length > 0) return toCalls(request, deeds)
  if (!isSame(deeds, done)) return textPlan(about.plannerLost)
  return textPlan(tellAll(intents, results, second, done))
}

function toCalls({ toolNames }: DemoRequest, calls: readonly PlannedCall[]): ReplyPlan {
  const missing = calls.find(({ name }) => !toolNames.includes(name))
  return missing ? textPlan(about.plannerMissingTool) : { kind: 'tool-calls', calls }
}

function isSame(planned: readonly PlannedCall[], made: readonly MadeCall[]): boolean {
  return planned.length === made.length && planned.every(({ name }, index) => made[index]?.name === name)
}

function tellAll(
  intents: readonly Doable[],
  results: readonly MadeCall[],
  second: readonly (PlannedCall | null)[],
  done: readonly MadeCall[],
): string {
  let deed = 0
  const told = intents.map((intent, index) => {
    const result = results[index]?.result
    if (intent.type === 'list') return tellList(intent, result)
    if (!needsLookup(intent)) return tellDeed(intent, result)
    const found = findFor(intent, result)
    if (second[index] === null && found.type !== 'one') return tellSearch(intent, found)
    const outcome = done[deed]?.result
    deed += 1
    return tellDeed(intent, outcome)
  })
  return told.join('\n\n')
}

/** Begins like an instruction about the planner, but is none that is understood. Nothing happens; it only says what would be. */
function looksLikePlanner({ question, toolNames }: DemoRequest): boolean {
  return toolNames.includes('add_task') && commandLike.test(question)
}

const commandLike =
  /^\W*(?:please |(?:can|could|would) you (?:please )?)?(?:add|create|make|set|new|delete|remove|complete|finish|mark|rename|move|postpone|reschedule|update|reopen|check off|tick off|remind me)\b.*\b(?:tasks?|to-?dos?|to-do list|milestones?|goals?|as (?:done|complete|completed|finished)|remind me to)\b|^\W*(?:please )?remind me to\b/iu
