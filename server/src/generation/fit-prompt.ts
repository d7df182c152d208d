import type { GenerationNote, Usage } from '@holdfast/shared'
import type { Logger } from '../logger.ts'
import { toMessageBudget } from '../models/context-budget.ts'
import { countEachMessage, countToolTokens } from '../models/count-tokens.ts'
import type { ModelMessage, Models, ModelTool } from '../models/model.ts'
import { findPromptCut } from '../models/prompt-cut.ts'
import { createTokenCalibration } from '../models/token-calibration.ts'
import { trimHistory } from '../models/trim-history.ts'

export interface PromptToFit {
  readonly model: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ModelTool[]
  /** Turns at the end that stay whatever they cost. */
  readonly keptTurns: number
}

export interface FittedPrompt {
  readonly messages: readonly ModelMessage[]
  /** The messages' tokens by our own count. */
  readonly messageTokens: number
  /** Our count of messages and tools, by what the model has reported before. */
  readonly estimatedTokens: number
  /** Turns at the start that the model does not see. */
  readonly leftOutTurns: number
  /** What it was fitted into; null is unknown. */
  readonly contextWindow: number | null
}

/** Fits what is asked into a model's window, and learns from what the model reports. */
export interface Prompts {
  readonly fit: (prompt: PromptToFit) => Promise<FittedPrompt>
  /** Again, after the provider has refused it as too long: by the window that is known now, else well below what was refused. */
  readonly refit: (prompt: PromptToFit, refused: FittedPrompt) => Promise<FittedPrompt>
  /** Learns from an answered call. Gives a note when the provider has read only a part of the prompt. */
  readonly learn: (model: string, prompt: FittedPrompt, usage: Usage | null) => GenerationNote | null
}

/** A refused prompt is not asked again with nearly as many tokens. */
const refusedPart = 0.95
/** What of a refused prompt is tried when nobody knows how much fits. */
const triedPart = 0.7
/** A refusal of less is about something else. */
const smallestWindow = 2048

export function createPrompts(deps: { models: Models; logger: Logger }): Prompts {
  const { models, logger } = deps
  const calibration = createTokenCalibration()

  const fitInto = async (prompt: PromptToFit, refused: FittedPrompt | null): Promise<FittedPrompt> => {
    const { model, messages, tools, keptTurns } = prompt
    const tokens = await countEachMessage(messages)
    const toolTokens = await countToolTokens(tools)
    const ratio = calibration.ratioOf(model)
    const describe = async () => {
      const { contextWindow } = await models.describe(model)
      return { contextWindow, budgetTokens: toMessageBudget({ contextWindow, ratio, toolTokens }) }
    }
    let { contextWindow, budgetTokens } = await describe()
    if (refused && budgetTokens > refused.messageTokens * refusedPart) {
      // The provider did not say how much fits. This much does not.
      if (refused.estimatedTokens >= smallestWindow) models.learnContextWindow(model, refused.estimatedTokens)
      ;({ contextWindow, budgetTokens } = await describe())
      budgetTokens = Math.min(budgetTokens, Math.floor(refused.messageTokens * triedPart))
    }
    const trimmed = trimHistory({ messages, tokens, budgetTokens, keptTurns })
    const { leftOutTurns, cutResults } = trimmed
    if (leftOutTurns > 0 || cutResults > 0) {
      logger.info({ event: 'history-trimmed', model, contextWindow, leftOutTurns, cutResults }, 'the history was trimmed')
    }
    return {
      messages: trimmed.messages,
      messageTokens: trimmed.tokens,
      estimatedTokens: Math.round((trimmed.tokens + toolTokens) * ratio),
      leftOutTurns,
      contextWindow,
    }
  }

  return {
    fit: (prompt) => fitInto(prompt, null),
    refit: (prompt, refused) => fitInto(prompt, refused),
    learn: (model, { estimatedTokens }, usage) => {
      const seen = findPromptCut({ estimatedTokens, usage })
      if (seen === null || !usage) {
        // Seen through the ratio that was used: what it learns is the provider's tokens for one of ours.
        calibration.observe(model, { estimatedTokens: Math.round(estimatedTokens / calibration.ratioOf(model)), usage })
        return null
      }
      models.learnContextWindow(model, seen)
      const { inputTokens: readTokens } = usage
      logger.warn(
        { event: 'prompt-cut', model, sent: estimatedTokens, read: readTokens, window: seen },
        'the provider has read only a part of the prompt: its window is smaller than was known',
      )
      return { kind: 'prompt-cut', sentTokens: estimatedTokens, readTokens }
    },
  }
}
