import type { Usage } from '@holdfast/shared'

/** The ratio between the tokens that a model's provider reports for a prompt and our own count. */
export interface TokenCalibration {
  /** Reported tokens for one of ours, from 0.7 to 1.6; 1 as long as nothing is known. */
  ratioOf(model: string): number
  /** Learns from a call: what we had counted for its prompt, and what the provider reports. */
  observe(model: string, call: { readonly estimatedTokens: number; readonly usage: Usage | null }): void
}

/** The weight of a single call. */
const weight = 0.2
const lowest = 0.7
const highest = 1.6
/** In a short prompt, what a provider adds of its own outweighs the difference that is looked for. */
const fewestTokens = 200
const rememberedModels = 1000

export function createTokenCalibration(): TokenCalibration {
  const ratios = new Map<string, number>()
  return {
    ratioOf: (model) => ratios.get(model) ?? 1,
    observe(model, { estimatedTokens, usage }) {
      if (!usage || usage.estimated || usage.inputTokens === 0 || estimatedTokens < fewestTokens) return
      const ratio = clamp(usage.inputTokens / estimatedTokens)
      const known = ratios.get(model)
      ratios.delete(model)
      ratios.set(model, known === undefined ? ratio : known + weight * (ratio - known))
      for (const oldest of ratios.keys()) {
        if (ratios.size <= rememberedModels) break
        ratios.delete(oldest)
      }
    },
  }
}

function clamp(ratio: number): number {
  return Math.min(highest, Math.max(lowest, ratio))
}
