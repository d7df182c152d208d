import { Refusal } from '../platform/refusal.ts'
import type { UsagePeriod } from './usage-periods.ts'

/** `person`: a limit of the one who asks. `server`: one of all people together. */
export type LimitOwner = 'person' | 'server'

/** @param retryAfterMs null where time alone brings nothing */
function refuse(reason: 'rate-limited' | 'budget-exceeded', message: string, retryAfterMs: number | null): Refusal {
  return new Refusal('TOO_MANY_REQUESTS', message, { reason, retryAfterMs })
}

export function tooManyMessages(retryAfterMs: number | null): Refusal {
  const advice = retryAfterMs === null ? '' : `. Try again in ${Math.ceil(retryAfterMs / 1_000)} s`
  return refuse('rate-limited', `Too many messages${advice}`, retryAfterMs)
}

/** Answers end at times that nobody knows: asking every few seconds finds the moment. */
const answerRetryMs = 3_000

export function tooManyAnswers(limit: number, owner: LimitOwner): Refusal {
  const whose = owner === 'server' ? 'This server writes' : 'You may have'
  const message = `Too many answers at the same time. ${whose} at most ${limit}: try again when one has ended`
  return refuse('rate-limited', message, limit === 0 ? null : answerRetryMs)
}

export function tokensUsedUp(limit: number, owner: LimitOwner, day: UsagePeriod, now: Date): Refusal {
  return budgetUsedUp(owner === 'server' ? 'The tokens of this server for today' : 'Your tokens for today', limit, day, now)
}

export function moneyUsedUp(limit: number, owner: LimitOwner, month: UsagePeriod, now: Date): Refusal {
  return budgetUsedUp(
    owner === 'server' ? 'The budget of this server for this month' : 'Your budget for this month',
    limit,
    month,
    now,
  )
}

function budgetUsedUp(what: string, limit: number, period: UsagePeriod, now: Date): Refusal {
  const verb = what.startsWith('The budget') || what.startsWith('Your budget') ? 'is' : 'are'
  if (limit === 0) return refuse('budget-exceeded', `${what} ${verb} set to none. An administrator can change this`, null)
  const again = `${period.end.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const retryAfterMs = Math.max(1, period.end.getTime() - now.getTime())
  return refuse('budget-exceeded', `${what} ${verb} used up. Try again after ${again}`, retryAfterMs)
}

/** What is left may be used up by calls that run. */
export function restReserved(): Refusal {
  return refuse('budget-exceeded', 'What is left of the budget may be used up by answers that are being written', answerRetryMs)
}

export function noSteps(): Refusal {
  return refuse('budget-exceeded', 'Your answers may have no steps. An administrator can change this', null)
}

export function noRoomLeft(limit: number, owner: LimitOwner): Refusal {
  const whose = owner === 'server' ? 'The files of this server' : 'Your files'
  const bytes = limit === 1 ? '1 byte' : `${limit} bytes`
  return refuse('budget-exceeded', `${whose} may have ${bytes} together. Delete some that you no longer need`, null)
}
