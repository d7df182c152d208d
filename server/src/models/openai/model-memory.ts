import type { ModelFacts } from '../model-facts.ts'
import { createCallPlan, isOpenAiHost, type CallPlan, type ModelApi } from './call-plan.ts'

/** Facts learnt from calls about how to call the models of one provider. */
export interface ModelMemory {
  planOf(model: string): CallPlan
  /** Remembers a plan that worked. */
  keep(model: string, plan: CallPlan): void
  /** The API that a model turned out to need may not be changed again, until the process ends: then the provider may have changed. */
  hasChangedApi(model: string): boolean
}

/** `isApiChosen`: the settings say which API; nothing that was learnt changes it. */
export function createModelMemory(options: {
  readonly api: ModelApi
  readonly isApiChosen: boolean
  readonly host: string
  readonly facts: ModelFacts
}): ModelMemory {
  const { api, isApiChosen, host, facts } = options
  const usual = { ...createCallPlan(api), completionTokens: isOpenAiHost(host) }
  const plans = new Map<string, CallPlan>()
  const changed = new Set<string>()

  const recall = (model: string): CallPlan => {
    const { plan = {} } = facts.find(host, model) ?? {}
    const known = Object.fromEntries(
      Object.entries(usual).map(([key, value]) => [key, typeof plan[key] === typeof value ? plan[key] : value]),
    )
    return { ...usual, ...known, replay: true, api: !isApiChosen && isApi(plan['api']) ? plan['api'] : api }
  }

  return {
    planOf(model) {
      const plan = plans.get(model) ?? recall(model)
      plans.set(model, plan)
      return plan
    },
    keep(model, plan) {
      if (plan.api !== plans.get(model)?.api) changed.add(model)
      // A step that could not be sent back says nothing about the next one.
      const kept = { ...plan, replay: true }
      plans.set(model, kept)
      const differences = Object.entries(kept).filter(([key, value]) => usual[key as keyof CallPlan] !== value)
      facts.learn(host, model, { plan: Object.fromEntries(differences) })
    },
    hasChangedApi: (model) => changed.has(model),
  }
}

function isApi(value: unknown): value is ModelApi {
  return value === 'chat' || value === 'responses'
}
