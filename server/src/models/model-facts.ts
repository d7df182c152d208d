/** What calls have taught about one model at one host. */
export interface ModelFact {
  /** How it has to be asked: what differs from how models usually are. Empty: nothing. */
  readonly plan: Readonly<Record<string, unknown>>
  /** Tokens, where less fits in than was known. Null: nothing was learnt. */
  readonly contextWindow: number | null
  /** What was known when that was learnt: once something else is known, it is out of date. */
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
