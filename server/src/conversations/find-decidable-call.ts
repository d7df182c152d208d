import { schema } from '@holdfast/drizzle'
import type { Id, ToolCallState } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { readMessageRow } from '../conversation-store/read-path.ts'
import type { GenerationRow } from '../generation/store/generation-row.ts'
import { needsPerson, readToolCalls, type ToolCallRow } from '../generation/store/tool-ledger.ts'
import { notFound } from '../platform/refusal.ts'
import type { Transaction } from '../platform/database/database.ts'

const { generations, toolCalls } = schema

/** A call of a message, with the lock of its generation where it needs a person now. */
export type DecidableCall =
  | { readonly generation: GenerationRow; readonly call: ToolCallRow; readonly state: ToolCallState }
  | { readonly generation: null; readonly call: null; readonly state: ToolCallState }

/** @throws Refusal NOT_FOUND */
export async function findDecidableCall(
  tx: Transaction,
  userId: Id,
  { messageId, callId }: { readonly messageId: Id; readonly callId: string },
): Promise<DecidableCall> {
  const row = await readMessageRow(tx, userId, messageId)
  const [generation] = await tx
    .select()
    .from(generations)
    .where(and(eq(generations.messageId, row.id), eq(generations.status, 'waiting')))
    .for('update')
  const calls = generation ? await readToolCalls(tx, generation.id) : []
  const call = calls.find((one) => one.callId === callId)
  if (generation && call && needsPerson(call)) return { generation, call, state: call.state }
  const [known] = await tx
    .select({ state: toolCalls.state })
    .from(toolCalls)
    .where(and(eq(toolCalls.messageId, messageId), eq(toolCalls.callId, callId)))
  if (!known) throw notFound('Tool call')
  return { generation: null, call: null, state: known.state }
}
