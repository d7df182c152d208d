/** Facts that were learnt from calls to one model at one host. */
export interface ModelFact {
  /** The way in which the model has to be called: only the differences from the defaults. Empty: there are none. */
  readonly plan: Readonly<Record<string, unknown>>
  /** Tokens, where less fits in than was known. Null: nothing was learnt. */
  readonly contextWindow: number | null
  /** The window that was known at that time. Once another one is known, the fact is out of date. */
  readonly knownWindow: number | null
}

/** Remembers facts. Asking costs nothing; what was learnt is written down in the background. */
export interface ModelFacts {
  find(host: string, model: string): ModelFact | null
  learn(host: string, model: string, change: Partial<ModelFact>): void
}

const nothing: ModelFact = { plan: {}, contextWindow: null, knownWindow: null }

/** `known`: from an earlier time. `save` is called with each fact that was learnt. */
export function createModelFacts(
  known: Iterable<readonly [host: string, model: string, fact: ModelFact]> = [],
  save: (host: string, model: string, fact: ModelFact) => void = () => undefined,
): ModelFacts {
  const facts = new Map<string, ModelFact>()
  const keyOf = (host: string, model: string) => JSON.stringify([host, model])
  for (const [host, model, fact] of known) facts.set(keyOf(host, model), fact)
  return {
    find: (host, model) => facts.get(keyOf(host, model)) ?? null,
    learn(host, model, change) {
      const before = facts.get(keyOf(host, model)) ?? nothing
      const fact = { ...before, ...change }
      if (JSON.stringify(fact) === JSON.stringify(before)) return
      facts.set(keyOf(host, model), fact)
      save(host, model, fact)
    },
  }
}
