import type { Usage } from '@holdfast/shared'

/** A call that was answered: what was sent, by our own count of the messages without the tools, and what the provider reports. */
export interface AnsweredCall {
  readonly messageTokens: number
  readonly usage: Usage | null
}

/**
 * Finds out that a server drops the front of prompts. Ollama and others do so silently: the instructions and the tools go first.
 * The small number of reported tokens reveals it. A wrong conclusion makes a model forget the conversation, so it is drawn only when
 * the reported tokens stay the same while the prompt grows, twice; some providers count no tools, or only what they did not cache.
 */
export interface PromptCuts {
  /** The number of tokens that the model seems to hold, a power of two; null when nothing was cut, or it cannot be determined. */
  readonly windowOf: (model: string) => number | null
  /** Learns from a call. `cut`: the provider dropped the front of this prompt. `suspected`: it looks so, but may count in another way. */
  readonly observe: (model: string, call: AnsweredCall) => 'whole' | 'suspected' | 'cut'
}

/** Below this part of the messages, a provider has not read all of them: no tokenizer is that far off. */
const readPart = 0.6
const fewestTokens = 1000
/** No server runs a chat model with less: a provider that reports fewer tokens counts something else, and nothing was cut. */
const smallestWindow = 2048
/** The prompt has to grow by this much between two sightings. */
const growth = 1.05
/** The reports may grow by this much: whole messages are dropped. */
const tolerance = 1.02
const rememberedModels = 1000

interface Seen {
  /** The most that was read in one call. */
  readonly mostRead: number
  /** The first call that looked as if it was cut. */
  readonly suspected: { readonly sent: number; readonly read: number } | null
  readonly window: number | null
}

const nothing: Seen = { mostRead: 0, suspected: null, window: null }

export function createPromptCuts(): PromptCuts {
  const seen = new Map<string, Seen>()

  const remember = (model: string, now: Seen) => {
    seen.delete(model)
    seen.set(model, now)
    for (const oldest of seen.keys()) {
      if (seen.size <= rememberedModels) break
      seen.delete(oldest)
    }
  }

  return {
    windowOf: (model) => seen.get(model)?.window ?? null,
    observe(model, { messageTokens: sent, usage }) {
      if (!usage || usage.estimated || usage.inputTokens === 0) return 'whole'
      const { inputTokens: read } = usage
      const before = seen.get(model) ?? nothing
      const mostRead = Math.max(before.mostRead, read)
      const holds = 2 ** Math.ceil(Math.log2(mostRead))
      // More was read than it was thought to hold.
      const window = before.window !== null && read > before.window ? null : before.window
      const looksCut = sent >= fewestTokens && read < sent * readPart && read > Math.max(smallestWindow, holds) / 2
      if (!looksCut) {
        remember(model, { mostRead, suspected: read >= sent ? null : before.suspected, window })
        return 'whole'
      }
      const { suspected } = before
      const isSeenAgain = suspected !== null && sent >= suspected.sent * growth && read <= suspected.read * tolerance
      if (window !== null || isSeenAgain) {
        remember(model, { mostRead, suspected, window: window ?? Math.max(smallestWindow, holds) })
        return 'cut'
      }
      const grewAlong = suspected === null || sent >= suspected.sent
      remember(model, { mostRead, suspected: grewAlong ? { sent, read } : suspected, window })
      return 'suspected'
    },
  }
}
