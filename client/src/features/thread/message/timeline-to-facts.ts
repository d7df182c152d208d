import type { messagesTimelineOutput } from '@holdfast/shared'
import type { z } from 'zod'

export type Timeline = z.infer<typeof messagesTimelineOutput>

export interface TimelineStep {
  readonly key: string
  /** The model or the tool. */
  readonly name: string
  /** Null: it ended well. */
  readonly state: 'open' | 'failed' | 'cancelled' | 'crashed' | 'denied' | 'waiting' | 'unknown' | null
  readonly durationMs: number | null
  readonly tokens: { readonly input: number; readonly output: number } | null
}

/** Milliseconds from the question to what followed; null where it is unknown or has not happened. */
export function toFacts({ queuedAt, startedAt, firstTokenAt, endedAt, modelCalls }: Timeline) {
  return {
    beganAfterMs: between(queuedAt, startedAt),
    firstAfterMs: between(queuedAt, firstTokenAt),
    tookMs: between(queuedAt, endedAt),
    isFirstForgotten: firstTokenAt === null && endedAt !== null && modelCalls.some(({ outputTokens }) => outputTokens > 0),
  }
}

/** Model and tool calls, in the order of their begin. */
export function toSteps({ modelCalls, toolCalls }: Timeline): TimelineStep[] {
  const models = modelCalls.map((call, index) => ({
    at: call.startedAt,
    step: {
      key: `model ${index}`,
      name: call.model,
      state: call.state === 'completed' ? null : call.state,
      durationMs: between(call.startedAt, call.endedAt),
      tokens: call.state === 'open' ? null : { input: call.inputTokens, output: call.outputTokens },
    },
  }))
  const tools = toolCalls.map((call) => ({
    at: call.startedAt ?? call.createdAt,
    step: {
      key: `tool ${call.callId}`,
      name: call.name,
      state: toToolState(call.state),
      durationMs: between(call.startedAt ?? call.createdAt, call.endedAt),
      tokens: null,
    },
  }))
  return [...models, ...tools].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ step }) => step)
}

function toToolState(state: Timeline['toolCalls'][number]['state']): TimelineStep['state'] {
  if (state === 'done') return null
  return state === 'pending' || state === 'running' ? 'open' : state
}

function between(from: string, to: string | null): number | null {
  return to === null ? null : Math.max(0, Date.parse(to) - Date.parse(from))
}
