import {
  maxTemperature,
  maxTopP,
  mostOutputTokens,
  reasoningEfforts,
  type AnswerParameterName,
  type AnswerParameters,
} from '@holdfast/shared'

/** What a person types or chooses for each parameter; empty is the default. */
export type ParameterTexts = Readonly<Record<AnswerParameterName, string>>

type Effort = NonNullable<AnswerParameters['reasoningEffort']>
type Given = { readonly [Name in AnswerParameterName]?: AnswerParameters[Name] | null }

export function parametersToTexts({ temperature, topP, maxOutputTokens, reasoningEffort }: Given): ParameterTexts {
  return {
    temperature: numberToText(temperature),
    topP: numberToText(topP),
    maxOutputTokens: numberToText(maxOutputTokens),
    reasoningEffort: reasoningEffort ?? '',
  }
}

/** As a person writes it: a program may have set a temperature of 1e-7. */
function numberToText(value: number | null | undefined): string {
  return value?.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 }) ?? ''
}

/** A field with a number. Undefined: it is none that the parameter can be. A point and a comma both begin a fraction. */
export function textToNumber(name: Exclude<AnswerParameterName, 'reasoningEffort'>, text: string): number | null | undefined {
  const typed = text.trim().replace(',', '.')
  if (typed === '') return null
  const isTokens = name === 'maxOutputTokens'
  if (!(isTokens ? /^\d+$/u : /^(?:\d+(?:\.\d*)?|\.\d+)$/u).test(typed)) return undefined
  const value = Number(typed)
  const [least, most] = isTokens ? [1, mostOutputTokens] : [0, name === 'topP' ? maxTopP : maxTemperature]
  return value >= least && value <= most ? value : undefined
}

/** Null: a field is wrong. */
export function textsToParameters(texts: ParameterTexts): AnswerParameters | null {
  const temperature = textToNumber('temperature', texts.temperature)
  const topP = textToNumber('topP', texts.topP)
  const maxOutputTokens = textToNumber('maxOutputTokens', texts.maxOutputTokens)
  if (temperature === undefined || topP === undefined || maxOutputTokens === undefined) return null
  const reasoningEffort = reasoningEfforts.find((effort): effort is Effort => effort === texts.reasoningEffort)
  return {
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { topP }),
    ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
  }
}

export function isSameTexts(one: ParameterTexts, other: ParameterTexts): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
