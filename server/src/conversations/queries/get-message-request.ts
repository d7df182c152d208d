import { schema } from '@holdfast/drizzle'
import { maxTimelineCalls, type Id, type messagesRequestInput, type messagesRequestOutput } from '@holdfast/shared'
import { and, asc, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { readMessageRow } from '../../conversation-store/read-path.ts'
import type { FileStorage } from '../../files/storage/file-storage.ts'
import type { Database, Queries } from '../../platform/database/database.ts'
import { badField } from '../../platform/refusal.ts'
import { readRequest } from '../../usage/requests/read-request.ts'

const { modelCalls } = schema

/**
 * What a model was asked in one of the calls for an answer, for its owner alone.
 * @throws Refusal NOT_FOUND; BAD_REQUEST for a question, or a call that there is not
 */
export async function getMessageRequest(
  deps: { readonly database: Database; readonly storage: FileStorage },
  userId: Id,
  { messageId, step, attempt }: z.output<typeof messagesRequestInput>,
): Promise<z.infer<typeof messagesRequestOutput>> {
  const { queries } = deps.database
  const message = await readMessageRow(queries, userId, messageId)
  if (message.role !== 'assistant') throw badField('messageId', 'is not an answer')
  const calls = await readCalls(queries, messageId)
  const wanted = calls.findLast(
    (call) => (step === undefined || call.step === step) && (attempt === undefined || call.attempt === attempt),
  )
  if (!wanted && step !== undefined) throw badField('step', 'the answer has no such step, or no such attempt of it')
  if (!wanted && attempt !== undefined) throw badField('attempt', 'no step of the answer has as many attempts')
  return {
    messageId,
    calls: calls.map(({ id: _, sha256: __, startedAt, ...call }) => ({ ...call, startedAt: startedAt.toISOString() })),
    shown: wanted ? await show(deps, wanted) : null,
  }
}

type Call = Awaited<ReturnType<typeof readCalls>>[number]

async function readCalls(queries: Queries, messageId: Id) {
  const rows = await queries
    .select({
      id: modelCalls.id,
      step: modelCalls.step,
      provider: modelCalls.provider,
      model: modelCalls.model,
      state: modelCalls.state,
      startedAt: modelCalls.startedAt,
      sha256: modelCalls.requestSha256,
    })
    .from(modelCalls)
    .where(and(eq(modelCalls.messageId, messageId), eq(modelCalls.purpose, 'answer')))
    .orderBy(asc(modelCalls.startedAt), asc(modelCalls.id))
    .limit(maxTimelineCalls)
  const attempts = new Map<number, number>()
  return rows.map((row) => {
    const attempt = (attempts.get(row.step) ?? 0) + 1
    attempts.set(row.step, attempt)
    return { ...row, attempt }
  })
}

async function show(
  { database, storage }: { readonly database: Database; readonly storage: FileStorage },
  { id, step, attempt, provider, model, sha256 }: Call,
): Promise<z.infer<typeof messagesRequestOutput>['shown']> {
  const read = await readRequest({ queries: database.queries, storage }, id)
  const sent = read && {
    sentAt: read.sentAt.toISOString(),
    bytes: read.bytes,
    request: read.body,
    matches: read.matches,
    missingFiles: read.missingFiles,
  }
  return { step, attempt, provider, model, sha256, sent }
}
