import { createCallPlan, type CallPlan, type ModelApi } from './call-plan.ts'

/** What calls have taught about the models of one provider, until the process ends. */
export interface ModelMemory {
  planOf(model: string): CallPlan
  /** Remembers a plan that worked. */
  keep(model: string, plan: CallPlan): void
  /** The API that a model turned out to need may not be changed again. */
  hasChangedApi(model: string): boolean
}

export function createModelMemory(api: ModelApi): ModelMemory {
  const plans = new Map<string, CallPlan>()
  return {
    planOf: (model) => plans.get(model) ?? createCallPlan(api),
    // A step that could not be sent back says nothing about the next one.
    keep: (model, plan) => void plans.set(model, { ...plan, replay: true }),
    hasChangedApi: (model) => (plans.get(model)?.api ?? api) !== api,
  }
}
