import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messagesToHistory, type HistoryItem } from './chat-history.ts'
import type { Engine, EngineOptions } from './engine.ts'

/** The parts of node-llama-cpp 3.22 that are used. Its own types are not here: it is installed later, if at all. */
interface LlamaLibrary {
  readonly getLlama: (options: {
    gpu: false
    build: 'never'
    skipDownload: true
    progressLogs: false
    logLevel: 'error'
  }) => Promise<{
    readonly loadModel: (options: { modelPath: string }) => Promise<LlamaModel>
  }>
  readonly LlamaChat: new (options: { contextSequence: LlamaSequence }) => LlamaChat
}
interface LlamaModel {
  readonly trainContextSize: number
  readonly createContext: (options: { contextSize: { min: number; max: number }; threads: number }) => Promise<{
    readonly contextSize: number
    readonly getSequence: () => LlamaSequence
  }>
}
interface LlamaSequence {
  /** How many tokens of the conversation it holds. */
  readonly nextTokenIndex: number
  readonly tokenMeter: { readonly usedOutputTokens: number }
}
interface LlamaChat {
  readonly generateResponse: (
    history: readonly HistoryItem[],
    options: {
      functions?: Record<string, { description: string; params: unknown }>
      signal: AbortSignal
      maxTokens?: number
      temperature: number
      topP: number
      repeatPenalty?: { penalty: number }
      onTextChunk: (text: string) => void
    },
  ) => Promise<{
    readonly functionCalls?: readonly { readonly functionName: string; readonly params: unknown }[]
    readonly metadata: { readonly stopReason: string }
  }>
}

/** Enough for a long talk, and 100 MB of memory for a small model. */
const maxContextTokens = 8_192
const minContextTokens = 128
const usualTemperature = 0.7
const usualTopP = 0.95
/** Threads wait for each other after each layer: where one has no core to itself, all of them stand still. */
const threads = Math.max(1, Math.floor(availableParallelism() / 2))

/** llama.cpp on the processor, by node-llama-cpp. */
export async function createEngine({ modelPath, runtime }: EngineOptions): Promise<Engine> {
  const library = (await import(pathToFileURL(join(runtime, 'node_modules/node-llama-cpp/dist/index.js')).href)) as LlamaLibrary
  const llama = await library.getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: 'error',
  })
  const model = await llama.loadModel({ modelPath })
  const most = Math.min(maxContextTokens, model.trainContextSize)
  const context = await model.createContext({ contextSize: { min: Math.min(minContextTokens, most), max: most }, threads })
  const sequence = context.getSequence()
  const chat = new library.LlamaChat({ contextSequence: sequence })
  return {
    contextTokens: context.contextSize,
    async answer({ messages, tools, maxTokens, temperature, topP, signal, onText }) {
      const { usedOutputTokens } = sequence.tokenMeter
      const functions = Object.fromEntries(
        tools.map(({ name, description, parameters }) => [name, { description, params: parameters }]),
      )
      const { functionCalls = [], metadata } = await chat.generateResponse(messagesToHistory(messages), {
        ...(tools.length === 0 ? {} : { functions }),
        signal,
        ...(maxTokens === null ? {} : { maxTokens }),
        temperature: temperature ?? usualTemperature,
        topP: topP ?? usualTopP,
        repeatPenalty: { penalty: 1.1 },
        onTextChunk: onText,
      })
      const calls = functionCalls.map(({ functionName, params }) => ({
        name: functionName,
        arguments: JSON.stringify(params ?? {}),
      }))
      const outputTokens = sequence.tokenMeter.usedOutputTokens - usedOutputTokens
      return {
        finish: calls.length > 0 ? 'tool_calls' : metadata.stopReason === 'maxTokens' ? 'length' : 'stop',
        calls,
        // Also those that were evaluated for an earlier question.
        inputTokens: Math.max(0, sequence.nextTokenIndex - outputTokens),
        outputTokens,
      }
    },
  }
}
