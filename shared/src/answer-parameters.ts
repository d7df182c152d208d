import { z } from 'zod'

/** As OpenAI and other providers name them. Each model takes some of these. */
export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export const maxTemperature = 2
export const maxTopP = 1
export const mostOutputTokens = 1_000_000

const temperatureRange = `must be a number from 0 to ${maxTemperature}`
const topPRange = `must be a number from 0 to ${maxTopP}`
const tokenRange = `must be a whole number from 1 to ${mostOutputTokens}`

const temperature = z.number(temperatureRange).min(0, temperatureRange).max(maxTemperature, temperatureRange)
const topP = z.number(topPRange).min(0, topPRange).max(maxTopP, topPRange)
/** Tokens of one model call, thoughts included. */
const maxOutputTokens = z.int(tokenRange).min(1, tokenRange).max(mostOutputTokens, tokenRange)
const reasoningEffort = z.enum(reasoningEfforts, `must be one of ${reasoningEfforts.join(', ')}`)

/** How a model is asked to answer. An absent field: the default, or the model's own value. */
export const answerParametersSchema = z.object({
  temperature: temperature.optional(),
  topP: topP.optional(),
  maxOutputTokens: maxOutputTokens.optional(),
  reasoningEffort: reasoningEffort.optional(),
})
export type AnswerParameters = z.infer<typeof answerParametersSchema>
export type AnswerParameterName = keyof AnswerParameters

/** As {@link answerParametersSchema}, from a caller: null means the same as an absent field. */
export const answerParametersInput = z.strictObject({
  temperature: temperature.nullish(),
  topP: topP.nullish(),
  maxOutputTokens: maxOutputTokens.nullish(),
  reasoningEffort: reasoningEffort.nullish(),
})

const names = ['temperature', 'topP', 'maxOutputTokens', 'reasoningEffort'] as const satisfies readonly AnswerParameterName[]

/** Field by field, the value of the first layer that has one. Always in the same order, without the fields that no layer has. */
export function mergeParameters(
  ...layers: readonly (z.infer<typeof answerParametersInput> | null | undefined)[]
): AnswerParameters {
  const merged = names.map((name) => [name, layers.find((layer) => (layer?.[name] ?? null) !== null)?.[name]] as const)
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined)) as AnswerParameters
}
