import type { Logger } from '../platform/logger.ts'
import type { ToolCallInput, ToolRunResult, ToolRegistry } from './tool-registry.ts'
import type { ToolCallContext } from './tool-context.ts'

/** Runs one of our tools in the given transaction and logs `tool` once that has committed: until then it has not happened. */
export async function runOwnTool(
  { registry, logger }: { registry: ToolRegistry; logger: Logger },
  context: ToolCallContext,
  call: ToolCallInput,
): Promise<ToolRunResult> {
  const { unit, conversationId, messageId } = context
  const started = performance.now()
  const outcome = await registry.runTool(context, call)
  const ms = Math.round(performance.now() - started)
  unit.afterCommit(() =>
    logger.info(
      { event: 'tool', name: call.name, outcome: outcome.ok ? 'done' : 'failed', ms, conversationId, messageId },
      'a tool has run',
    ),
  )
  return outcome
}
