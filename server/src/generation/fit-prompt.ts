import type { Usage } from '@holdfast/shared'
import type { Logger } from '../logger.ts'
import { toMessageBudget } from '../models/context-budget.ts'
import { countEachMessage, countToolTokens } from '../models/count-tokens.ts'
import type { ModelMessage, Models, ModelTool } from '../models/model.ts'
import { findPromptCut } from '../models/prompt-cut.ts'
import { createTokenCalibration } from '../models/token-calibration.ts'
import { trimHistory } from '../models/trim-history.ts'

export interface FittedPrompt {
  readonly messages: readonly ModelMessage[]
  /** Our count of messages and tools, by what the model has reported before. */
  readonly estimatedTokens: number
  /** Turns at the start that the model does not see. */
  readonly leftOutTurns: number
}

/** Fits what is asked into a model's window, and learns from what the model reports. */
export interface Prompts {
  readonly fit: (input: {
    model: string
    messages: readonly ModelMessage[]
    tools: readonly ModelTool[]
    keptTurns: number
  }) => Promise<FittedPrompt>
  readonly learn: (model: string, prompt: FittedPrompt, usage: Usage | null) => void
}

export function createPrompts(deps: { models: Models; logger: Logger }): Prompts {
  const { models, logger } = deps
  const calibration = createTokenCalibration()
  return {
    fit: async ({ model, messages, tools, keptTurns }) => {
      const [tokens, toolTokens, { contextWindow }] = [
        await countEachMessage(messages),
        await countToolTokens(tools),
        await models.describe(model),
      ]
      const ratio = calibration.ratioOf(model)
      const budgetTokens = toMessageBudget({ contextWindow, ratio, toolTokens })
      const trimmed = trimHistory({ messages, tokens, budgetTokens, keptTurns })
      const { leftOutTurns, cutResults } = trimmed
      if (leftOutTurns > 0 || cutResults > 0) {
        logger.info({ event: 'history-trimmed', model, contextWindow, leftOutTurns, cutResults }, 'the history was trimmed')
      }
      return { messages: trimmed.messages, leftOutTurns, estimatedTokens: Math.round((trimmed.tokens + toolTokens) * ratio) }
    },
    learn: (model, { estimatedTokens }, usage) => {
      const seen = findPromptCut({ estimatedTokens, usage })
      if (seen === null) {
        // Seen through the ratio that was used: what it learns is the provider's tokens for one of ours.
        calibration.observe(model, { estimatedTokens: Math.round(estimatedTokens / calibration.ratioOf(model)), usage })
        return
      }
      models.learnContextWindow(model, seen)
      logger.warn(
        { event: 'prompt-cut', model, sent: estimatedTokens, read: usage?.inputTokens, window: seen },
        'the provider has read only a part of the prompt: its window is smaller than was known',
      )
    },
  }
}
