import { createHash } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Transaction } from '../platform/database/database.ts'
import { Refusal } from '../platform/refusal.ts'

const { requests } = schema

interface Request<Answer> {
  readonly userId: Id
  readonly requestId: Id
  readonly procedure: string
  readonly body: Readonly<Record<string, unknown>>
  readonly now: Date
  /** Where it is known before the work is done: it is then stored with the request, in one statement. */
  readonly answer?: Answer
}

/**
 * [R1] Does something at most once per (user, `requestId`): a repeat with the same procedure and body gets the stored answer.
 * Must run first in the transaction of the command; a second one at the same moment waits for the first one's commit.
 * @throws Refusal CONFLICT request-reused
 */
export async function doOnce<Answer extends z.ZodType>(
  tx: Transaction,
  request: Request<z.input<Answer>>,
  answerSchema: Answer,
  work: () => Promise<z.input<Answer>>,
): Promise<z.output<Answer>> {
  const { userId, requestId, now } = request
  const known = request.answer === undefined ? undefined : answerSchema.parse(request.answer)
  const bodyHash = hashBody(request.procedure, request.body)
  const isThis = and(eq(requests.userId, userId), eq(requests.requestId, requestId))
  const [taken] = await tx
    .insert(requests)
    .values({ userId, requestId, bodyHash, answer: known ?? null, createdAt: now })
    .onConflictDoNothing()
    .returning({ requestId: requests.requestId })
  if (!taken) {
    const [earlier] = await tx.select().from(requests).where(isThis)
    if (earlier?.bodyHash !== bodyHash) {
      throw new Refusal('CONFLICT', 'requestId: was used before for something else', {
        reason: 'request-reused',
        issues: [{ path: 'requestId', message: 'was used before for something else' }],
      })
    }
    return answerSchema.parse(earlier.answer)
  }
  const answer = answerSchema.parse(await work())
  if (known === undefined) await tx.update(requests).set({ answer }).where(isThis)
  return answer
}

/** Validated input has its keys in the schema's order, so the same body always gives the same text. */
function hashBody(procedure: string, body: Readonly<Record<string, unknown>>): string {
  const { requestId: _, ...rest } = body
  return createHash('sha256')
    .update(JSON.stringify([procedure, rest]))
    .digest('hex')
}
