import type { Json } from '@holdfast/shared'
import type { ModelParameters, ModelTool, ToolChoice } from '../../models/model.ts'
import { readArguments } from '../../tools/tool-arguments.ts'
import type { OfferedTool, ToolRunner } from '../../tools/tool-runner.ts'

/** What a program asks for with its question through `/v1`. Such an answer has the program's tools, and none of ours. */
export interface CallerRequest {
  /** In place of the conversation's own. */
  readonly instructions: string
  readonly tools: readonly ModelTool[]
  /** For the next model call only. */
  readonly toolChoice?: ToolChoice
  readonly parameters?: ModelParameters
}

/** As it was stored with a generation; null where a person asked. */
export function readCallerRequest({ callerRequest }: { readonly callerRequest: string | null }): CallerRequest | null {
  return callerRequest === null ? null : (JSON.parse(callerRequest) as CallerRequest)
}

/**
 * The tools of a program, which it runs itself: a call waits until the program brings its result with another request. A person who
 * approves one in the page cannot run it either.
 */
export function createCallerTools({ tools }: CallerRequest): ToolRunner {
  const offered = tools.map((tool): OfferedTool => ({ ...tool, needsApproval: true, external: true, idempotent: false }))
  return {
    offer: async () => offered,
    parse: (name, args) => {
      if (!offered.some((tool) => tool.name === name)) return { error: `there is no tool named ${name}` }
      const value = readArguments(args)
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
      return isObject ? { args: value as Json } : { error: 'invalid_arguments: an object is needed, as JSON' }
    },
    runInside: async () => ({ error: noResult }),
    runOutside: async () => ({ error: noResult }),
    // The program has the call: there is nothing to ask for, or to stop.
    probeOutside: async () => null,
    abandon: async () => {},
    validate: () => null,
    ask: async (_unit, _caller, name) => `The program that asked this question runs ${name}, and has not brought its result yet.`,
  }
}

const noResult = 'The program that asked has brought no result of this tool.'
