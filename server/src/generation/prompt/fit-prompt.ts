import { codePointLength, type GenerationNote, type Usage } from '@holdfast/shared'
import type { Logger } from '../../platform/logger.ts'
import { assumedContextWindow, toMessageBudget } from '../../models/context-budget.ts'
import { countEachMessage, countToolTokens } from '../../models/count-tokens.ts'
import type { ModelKnowledge } from '../../models/model-directory.ts'
import type { ModelMessage, ModelParameters, ModelTool } from '../../models/model.ts'
import { fitFiles } from '../../models/fit-files.ts'
import { messageToFiles } from '../../models/message-to-files.ts'
import { isLocalHost } from '../../models/local-host.ts'
import { createPromptCuts } from '../../models/prompt-cut.ts'
import { createTokenCalibration } from '../../models/token-calibration.ts'
import { trimHistory } from '../../models/trim-history.ts'

export interface PromptToFit {
  readonly model: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ModelTool[]
  readonly parameters?: Pick<ModelParameters, 'maxOutputTokens'>
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
  /** The window that the prompt was fitted into; null when unknown. */
  readonly contextWindow: number | null
  /** Results of the last turn's tools of which only the beginning is left. */
  readonly cutResults: number
  /** Files of which only the beginning is left. */
  readonly cutFiles: readonly CutFile[]
  /** Files of which the model gets nothing but the name. */
  readonly unseenFiles: readonly UnseenFile[]
  /** Pictures, recordings or PDFs are sent as they are: their tokens are a guess. */
  readonly hasMedia: boolean
}

/** Fits what is asked into a model's window, and learns from what the model reports. */
export interface Prompts {
  readonly fit: (prompt: PromptToFit) => Promise<FittedPrompt>
  /** Again, after the provider has refused it as too long: by the window that is known now, else well below what was refused. */
  readonly refit: (prompt: PromptToFit, refused: FittedPrompt) => Promise<FittedPrompt>
  /**
   * An upper bound on the characters of a history that fit into a model's window: earlier ones need not be read. A token is rarely longer
   * than {@link longestToken} characters.
   */
  readonly readableLength: (model: string) => Promise<number>
  /** Learns from an answered call. Gives a note when the provider has read only a part of the prompt. */
  readonly learn: (model: string, prompt: FittedPrompt, usage: Usage | null) => GenerationNote | null
}

/** A refused prompt is not asked again with nearly as many tokens. */
const refusedPart = 0.95
/** The share of a refused prompt that is tried next when the window is unknown. */
const triedPart = 0.7
const longestToken = 8
/** A refusal of less is about something else. */
const smallestWindow = 2048

export function createPrompts(deps: { models: ModelKnowledge; logger: Logger }): Prompts {
  const { models, logger } = deps
  const calibration = createTokenCalibration()
  const cuts = createPromptCuts()

  /** `isGuessed`: nothing says how large the window is but what a server seems to drop. */
  const windowOf = async (model: string): Promise<{ contextWindow: number | null; isGuessed: boolean }> => {
    const { contextWindow } = await models.describe(model)
    const guessed = contextWindow === null ? cuts.windowOf(model) : null
    return guessed === null ? { contextWindow, isGuessed: false } : { contextWindow: guessed, isGuessed: true }
  }

  const fitInto = async (prompt: PromptToFit, refused: FittedPrompt | null): Promise<FittedPrompt> => {
    const { model, messages, tools, keptTurns } = prompt
    const maxOutputTokens = prompt.parameters?.maxOutputTokens
    const tokens = await countEachMessage(messages)
    const toolTokens = await countToolTokens(tools)
    const ratio = calibration.ratioOf(model)
    const describe = async () => {
      const { contextWindow, isGuessed } = await windowOf(model)
      const budgetTokens = toMessageBudget({ contextWindow, ratio, toolTokens, maxOutputTokens })
      if (!isGuessed || refused || contextWindow === null) return { contextWindow, budgetTokens, keptTurns }
      // A guess never makes a model forget the turn before.
      return { contextWindow, budgetTokens: Math.max(budgetTokens, contextWindow / 2), keptTurns: Math.max(keptTurns, 2) }
    }
    let { contextWindow, budgetTokens, keptTurns: kept } = await describe()
    if (refused && budgetTokens > refused.messageTokens * refusedPart) {
      // The provider did not say how much fits. This much does not.
      if (refused.estimatedTokens >= smallestWindow) models.learnContextWindow(model, refused.estimatedTokens)
      ;({ contextWindow, budgetTokens, keptTurns: kept } = await describe())
      budgetTokens = Math.min(budgetTokens, Math.floor(refused.messageTokens * triedPart))
    }
    const fitted = await fitFiles({ messages, tokens, budgetTokens, keptTurns: kept })
    const trimmed = trimHistory({ ...fitted, budgetTokens, keptTurns: kept })
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
      cutResults: countCutResults(trimmed.messages),
      ...readFileNotes(trimmed.messages),
    }
  }

  return {
    fit: (prompt) => fitInto(prompt, null),
    refit: (prompt, refused) => fitInto(prompt, refused),
    readableLength: async (model) => ((await windowOf(model)).contextWindow ?? assumedContextWindow) * longestToken,
    learn: (model, { estimatedTokens, messageTokens, hasMedia }, usage) => {
      if (usage && !usage.estimated) models.unlearnContextWindow(model, usage.inputTokens)
      if (hasMedia) return null
      const isLocal = isLocalHost(models.providerOf(model)?.host ?? '')
      const seen = isLocal ? cuts.observe(model, { messageTokens, usage }) : 'whole'
      if (seen === 'whole') {
        // Seen through the ratio that was used: what it learns is the provider's tokens for one of ours.
        calibration.observe(model, { estimatedTokens: Math.round(estimatedTokens / calibration.ratioOf(model)), usage })
      }
      if (seen !== 'cut' || !usage) return null
      const { inputTokens: readTokens } = usage
      logger.warn(
        { event: 'prompt-cut', model, sent: estimatedTokens, read: readTokens, window: cuts.windowOf(model) },
        'the provider has read only a part of the prompt, twice',
      )
      return { kind: 'prompt-cut', sentTokens: estimatedTokens, readTokens }
    },
  }
}

type CutFile = Extract<GenerationNote, { kind: 'files-cut' }>['files'][number]
type UnseenFile = Extract<GenerationNote, { kind: 'files-unseen' }>['files'][number]

function readFileNotes(messages: readonly ModelMessage[]): Pick<FittedPrompt, 'cutFiles' | 'unseenFiles' | 'hasMedia'> {
  const files = messages.flatMap(messageToFiles)
  const once = [...new Map(files.map((file) => [file.fileId, file])).values()]
  return {
    cutFiles: once.flatMap((file) => {
      if (file.type !== 'text') return []
      const { fileId, name, text, characters } = file
      const sentCharacters = codePointLength(text)
      return sentCharacters < characters ? [{ fileId, name, sentCharacters, characters }] : []
    }),
    unseenFiles: once.flatMap(({ type, fileId, name }) => (type === 'unseen' ? [{ fileId, name }] : [])),
    hasMedia: files.some(({ type }) => type === 'media'),
  }
}

/** The mark that {@link trimHistory} and long results leave where they were cut. */
const cutMark = /… \(cut: \d+ characters in all\)$/u

function countCutResults(messages: readonly ModelMessage[]): number {
  const lastQuestion = messages.findLastIndex(({ role }) => role === 'user')
  return messages.slice(lastQuestion + 1).filter(({ role, content }) => role === 'tool' && cutMark.test(content)).length
}
