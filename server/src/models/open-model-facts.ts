import { schema } from '@holdfast/drizzle'
import { desc, gte } from 'drizzle-orm'
import { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import { createModelFacts, type ModelFact, type ModelFacts } from './model-facts.ts'

const { modelFacts } = schema

/** Providers and models change: older facts are dropped and learnt again, at the cost of one refused or shortened call. */
const keptDays = 7
const maxFacts = 1_000
const planSchema = z.record(z.string(), z.unknown())

/**
 * Facts that outlive a restart, in the database: without them each start would begin with refused calls, and with prompts of which a
 * provider silently drops the front. Nodes learn from each other when they start.
 */
export async function openModelFacts(deps: { database: Database; clock: Clock; logger: Logger }): Promise<ModelFacts> {
  const { queries } = deps.database
  const since = new Date(deps.clock.now().getTime() - keptDays * 86_400_000)
  const rows = await queries
    .select()
    .from(modelFacts)
    .where(gte(modelFacts.learntAt, since))
    .orderBy(desc(modelFacts.learntAt))
    .limit(maxFacts)
  const save = async (host: string, model: string, fact: ModelFact) => {
    const { contextWindow, knownWindow } = fact
    const values = { plan: JSON.stringify(fact.plan), contextWindow, knownWindow, learntAt: deps.clock.now() }
    try {
      await queries
        .insert(modelFacts)
        .values({ host, model, ...values })
        .onConflictDoUpdate({ target: [modelFacts.host, modelFacts.model], set: values })
    } catch (error) {
      // It still holds in this process; the next start learns it again.
      deps.logger.warn({ event: 'model-fact-not-kept', model, err: error }, 'what was learnt about a model could not be kept')
    }
  }
  return createModelFacts(
    rows.map(({ host, model, plan, contextWindow, knownWindow }) => [
      host,
      model,
      { plan: plan === null ? {} : planSchema.parse(JSON.parse(plan)), contextWindow, knownWindow },
    ]),
    (host, model, fact) => void save(host, model, fact),
  )
}
