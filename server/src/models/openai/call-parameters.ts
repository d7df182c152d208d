import type { AnswerParameterName } from '@holdfast/shared'
import type { ModelRequest } from '../model.ts'
import { isContextOverflow, readContextWindow } from './context-overflow.ts'
import type { HttpFailure } from './provider-call.ts'

/** A parameter with a value, under the name that it has on the wire. */
export interface CallParameter {
  readonly name: AnswerParameterName
  readonly field: string
  readonly value: number | string
}

export interface CallParameters {
  readonly sent: readonly CallParameter[]
  /** Asked for, and left out because the model has refused them before. */
  readonly refused: readonly Pick<CallParameter, 'name' | 'value'>[]
}

/** What the way of calling a model says about parameters. */
export interface ParameterPlan {
  readonly api: 'chat' | 'responses'
  /** Chat: limits an answer by `max_completion_tokens` rather than `max_tokens`, where neither is refused. */
  readonly completionTokens: boolean
  /** Refused fields, and values as `name=value`, with spaces between them. */
  readonly refusedParameters: string
}

/** The effort first: whether others are sent depends on it. */
const names = ['reasoningEffort', 'temperature', 'topP', 'maxOutputTokens'] as const satisfies readonly AnswerParameterName[]

/** In Responses it is a member of `reasoning`. */
export const effortField = 'reasoning.effort'

const fields = {
  chat: { temperature: 'temperature', topP: 'top_p', reasoningEffort: 'reasoning_effort' },
  responses: { temperature: 'temperature', topP: 'top_p', reasoningEffort: effortField },
} as const

/**
 * `max_tokens` is the older name, and the one that others than OpenAI know: some pass over the newer one in silence. OpenAI's models refuse the older.
 */
function toFields({ api, completionTokens }: ParameterPlan, name: AnswerParameterName): readonly string[] {
  if (name !== 'maxOutputTokens') return [fields[api][name]]
  if (api === 'responses') return ['max_output_tokens']
  return completionTokens ? ['max_completion_tokens', 'max_tokens'] : ['max_tokens', 'max_completion_tokens']
}

/** Of `top_p`, that a model takes it but not beside a temperature. */
const notTogether = 'top_p+temperature'

/** OpenAI's newer models take these two only with the effort `none`: what they refuse with and without it is remembered apart. */
const withoutReasoning = '+none'

/** The parameters of a request as this plan sends them. */
export function planToParameters(plan: ParameterPlan, request: Pick<ModelRequest, 'parameters' | 'insistsOn'>): CallParameters {
  const { parameters = {}, insistsOn = [] } = request
  const refusals = new Set(plan.refusedParameters.split(' '))
  const sent: CallParameter[] = []
  const refused: Pick<CallParameter, 'name' | 'value'>[] = []
  const isSent = (name: AnswerParameterName) => sent.some((parameter) => parameter.name === name)
  for (const name of names) {
    const value = parameters[name]
    if (value === undefined) continue
    const candidates = toFields(plan, name)
    const condition = isSampling(name) && sendsNoReasoning(sent) ? withoutReasoning : ''
    const free = candidates.find((field) => !refusals.has(field + condition))
    const isRefused =
      free === undefined ||
      refusals.has(toEntry(name, value)) ||
      (name === 'topP' && refusals.has(notTogether) && isSent('temperature'))
    const field = free ?? candidates[0]
    if (field !== undefined && (!isRefused || insistsOn.includes(name))) sent.push({ name, field, value })
    else refused.push({ name, value })
  }
  return { sent, refused }
}

function isSampling(name: AnswerParameterName): boolean {
  return name === 'temperature' || name === 'topP'
}

function sendsNoReasoning(sent: readonly CallParameter[]): boolean {
  return sent.some(({ name, value }) => name === 'reasoningEffort' && value === 'none')
}

/** The refusal of one value. */
function toEntry(name: AnswerParameterName, value: number | string): string {
  return `${name}=${value}`
}

/** What a provider calls them, also in words: `***.effort` is how OpenAI writes `reasoning.effort`, and Ollama speaks of thinking. */
const mentions: Readonly<Record<AnswerParameterName, RegExp>> = {
  temperature: /(?<![\w-])temperature(?![\w-])/iu,
  topP: /(?<![\w-])top[_ -]?p(?![\w-])/iu,
  maxOutputTokens: /(?<![\w-])max_?(?:(?:completion|output|new)_?)?tokens(?![\w-])/iu,
  reasoningEffort: /reasoning[._ ]?effort|\.effort\b|(?<![\w.-])(?:reasoning|think(?:ing)?)(?![\w.-]|[ _]?summar)/iu,
}
const isOnlyDefault = /only the default|must be the default/iu
/** About the value: the model takes the parameter with another one. */
const aboutValue =
  /unsupported[ _]value|supported values|(?:valid|allowed) values|invalid[ _](?:value|budget)|expected one of|too (?:large|small|high|low)|\bat (?:most|least)\b|maximum|minimum|less than|greater than|between|\brange\b|exceed|[<>]=|only be set|think value|input should be|budget \d/iu
const together = /\bboth\b|\btogether\b|only one of|not be used with|simultaneously/iu

const readLength = 4_000
/** Refusals that are remembered of one model. The oldest go first: they cost one refused call each to be learnt again. */
const maxRefusals = 12

/** Leaves out the parameter that a refusal names. Null: it names none that may be left out. */
export function adaptParameters<Plan extends ParameterPlan>(
  plan: Plan,
  failure: HttpFailure,
  request: ModelRequest,
): Plan | null {
  if (failure.status !== 400 && failure.status !== 422) return null
  const body = failure.body.slice(0, readLength)
  const { sent } = planToParameters(plan, request)
  if (isContextOverflow(body)) return adaptLimit(plan, body, request, sent)
  // A temperature and top-p are refused because of the effort more often than the other way round.
  const named = sent.filter(({ name }) => mentions[name].test(body)).toSorted((one, other) => rank(one) - rank(other))
  const [first] = named
  if (!first) return null
  const other = named.find(({ name }) => name === 'topP')
  const isTogether = first.name === 'temperature' && other !== undefined && together.test(body)
  const adapted = isTogether ? refuse(plan, request, other, notTogether) : null
  if (adapted) return adapted
  const isValue = isTogether || (!isOnlyDefault.test(body) && aboutValue.test(body))
  const condition = isSampling(first.name) && sendsNoReasoning(sent) ? withoutReasoning : ''
  return refuse(plan, request, first, isValue ? toEntry(first.name, first.value) : first.field + condition)
}

function rank({ name }: CallParameter): number {
  return name === 'reasoningEffort' ? 1 : 0
}

/**
 * Prompt and limit do not fit together. Where the limit alone takes most of the window, it is at fault, and otherwise the prompt, which
 * can be shortened.
 */
function adaptLimit<Plan extends ParameterPlan>(
  plan: Plan,
  body: string,
  request: ModelRequest,
  sent: readonly CallParameter[],
): Plan | null {
  const limit = sent.find(({ name }) => name === 'maxOutputTokens')
  const window = readContextWindow(body)
  const isAtFault = limit !== undefined && window !== null && Number(limit.value) > window / 2
  return isAtFault ? refuse(plan, request, limit, toEntry(limit.name, limit.value)) : null
}

/** Null where this would change nothing: the parameter is insisted on, and has no other name. */
function refuse<Plan extends ParameterPlan>(
  plan: Plan,
  request: ModelRequest,
  { name, field }: CallParameter,
  entry: string,
): Plan | null {
  const known = plan.refusedParameters === '' ? [] : plan.refusedParameters.split(' ')
  const next = { ...plan, refusedParameters: [...known, entry].slice(-maxRefusals).join(' ') }
  const after = planToParameters(next, request).sent.find((parameter) => parameter.name === name)
  return after && (after.field === field || known.includes(after.field)) ? null : next
}
