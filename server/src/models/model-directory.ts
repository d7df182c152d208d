import type { Id } from '@holdfast/shared'
import type { Models } from './model.ts'

/** What is known about any model, whoever may use it. */
export type ModelKnowledge = Pick<
  Models,
  'price' | 'providerOf' | 'describe' | 'cancelRunOf' | 'learnContextWindow' | 'unlearnContextWindow'
>

/** The models of this server, which change while it runs. */
export interface ModelDirectory extends ModelKnowledge {
  /**
   * The models that a user may use now; with null, those that everyone may. What was given keeps its providers: later changes do not
   * reach an answer that runs.
   */
  readonly forUser: (userId: Id | null) => Models
  /** As `forUser`. Looks into the database when this node does not know the model: another node may have added it a moment ago. */
  readonly forAnswer: (userId: Id, model: string | null) => Promise<Models>
  /** Calls the listener after each change of what a user (null: everyone) may use. Returns a function that stops listening. */
  readonly onChange: (listener: (userId: Id | null) => void) => () => void
}

/**
 * The model for a new answer: the one that was asked for, else the default. The demo is not asked for once there is something better,
 * although conversations from before name it.
 */
export function chooseModel(models: Models, asked: string | null): string {
  if (asked === null) return models.defaultModel
  const isDemo = models.providerOf(asked)?.demo === true
  return isDemo && !models.demo ? models.defaultModel : asked
}
