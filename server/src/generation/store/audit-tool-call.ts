import { createHash } from 'node:crypto'
import type { Audit } from '../../audit/open-audit.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { ToolCallRow } from './tool-call-machine.ts'

/** SHA-256, in hexadecimal, of the arguments of a call as the model wrote them: that something was approved, not what. */
export function hashArguments(args: string): string {
  return createHash('sha256').update(args).digest('hex')
}

/** Records a call that has run, in the transaction that ends it. `unknown`: it may or may not have taken effect. */
export function recordToolCall(
  audit: Pick<Audit, 'record'>,
  tx: Transaction,
  call: ToolCallRow,
  outcome: 'done' | 'failed' | 'unknown',
): Promise<void> {
  const { userId, callId, name, args, external } = call
  return audit.record(tx, {
    action: 'tool.called',
    actorId: userId,
    targetType: 'tool-call',
    targetId: callId,
    details: { tool: name, outcome, external, argumentsHash: hashArguments(args) },
  })
}
