import { answerParametersSchema, mergeParameters, type AnswerParameters, type ServerSettings } from '@holdfast/shared'
import type { ModelParameters } from '../../models/model.ts'
import type { CallerRequest } from '../store/caller-request.ts'
import type { StepInput } from './model-step.ts'

/**
 * [M9] What a model is asked with: the parameters of a program, of the conversation and of the administrator, field by field. A program
 * gets an error where its own are refused; a person gets an answer without them.
 */
export function chooseParameters(given: {
  readonly caller: Pick<CallerRequest, 'parameters'> | null
  readonly conversation: { readonly parameters: AnswerParameters }
  readonly defaults: Pick<ServerSettings['defaults'], 'parameters'>
}): Pick<StepInput, 'parameters' | 'insistsOn'> {
  const { caller, conversation, defaults } = given
  const asked: ModelParameters = caller?.parameters ?? {}
  return {
    parameters: { ...mergeParameters(conversation.parameters, defaults.parameters), ...asked },
    insistsOn: answerParametersSchema.keyof().options.filter((name) => asked[name] !== undefined),
  }
}
