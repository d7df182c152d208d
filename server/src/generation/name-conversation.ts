import { schema } from '@holdfast/drizzle'
import type { Id, Message } from '@holdfast/shared'
import { and, eq, isNull } from 'drizzle-orm'
import { appendAndAnnounce } from '../conversation-store/conversation-row.ts'
import { indexTitle } from '../conversation-store/index-messages.ts'
import { transact, type UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import type { Logger } from '../platform/logger.ts'
import { rowsToMessagesAlone } from '../conversation-store/message-row.ts'
import { readPath } from '../conversation-store/read-path.ts'
import { countMessageTokens, countTokens } from '../models/count-tokens.ts'
import { ModelError } from '../models/model-error.ts'
import { chooseModel, type ModelDirectory } from '../models/model-directory.ts'
import type { ModelMessage, Models } from '../models/model.ts'
import { textToTitle } from './text-to-title.ts'
import { Refusal } from '../platform/refusal.ts'
import { closeModelCall, openModelCall, refusalToUsage, type ModelCallStart, type OpenDeps } from '../usage/model-call-ledger.ts'

const { conversations } = schema

/** Of each message this much is enough to find a name. */
const excerptLength = 2_000
const deadlineMs = 30_000

const instructions =
  'Name this conversation in at most six words, in its own language. Answer with the name alone: no quotes, no full stop.'

/**
 * Asks the model for a title after the first answer, without streaming. A title that a person gave is never replaced; without an
 * answer the first words stay. The demo model is not asked: it names nothing better than those.
 */
export async function nameConversation(
  deps: UnitOfWorkDeps & OpenDeps & { models: ModelDirectory; logger: Logger },
  conversationId: Id,
  signal: AbortSignal,
): Promise<void> {
  const opening = await readOpening(deps, conversationId)
  if (!opening) return
  const { userId } = opening
  const models = await deps.models.forAnswer(userId, opening.model)
  if (models.demo) return
  const asked = { ...opening, model: chooseModel(models, opening.model) }
  const title = await askForTitle({ ...deps, models }, asked, signal)
  if (title === null) return
  await transact(deps, async (unit) => {
    const [row] = await unit.tx
      .select()
      .from(conversations)
      .where(and(eq(conversations.id, conversationId), eq(conversations.titleSource, 'words'), isNull(conversations.deletedAt)))
      .for('update')
    if (!row) return
    const named = { ...row, title, titleSource: 'model' as const }
    await indexTitle(unit.tx, row.userId, conversationId, title)
    await appendAndAnnounce(unit, { conversationId, events: [], set: () => ({ title, titleSource: 'model' }) }, named)
  })
}

interface Opening {
  readonly userId: Id
  readonly conversationId: Id
  /** Null: the conversation names none. */
  readonly model: string | null
  readonly messages: readonly ModelMessage[]
}

interface Asked extends Opening {
  readonly model: string
}

/** Without a transaction: what is deleted in between is no longer found, and the job is tried again. */
async function readOpening({ database: { queries } }: UnitOfWorkDeps, conversationId: Id): Promise<Opening | null> {
  const [row] = await queries.select().from(conversations).where(eq(conversations.id, conversationId))
  if (!row || row.titleSource !== 'words' || row.deletedAt !== null) return null
  const path = await readPath(queries, { conversationId, leafId: row.activeMessageId, limit: 200 })
  const opening = await rowsToMessagesAlone(queries, path.rows.slice(0, 2))
  const excerpts = opening.map(messageToExcerpt)
  return {
    userId: row.userId,
    conversationId,
    model: row.model,
    messages: [
      { role: 'system', content: instructions },
      { role: 'user', content: excerpts.join('\n\n') },
    ],
  }
}

function messageToExcerpt({ role, content, parts }: Message): string {
  const names = parts.flatMap((part) => (part.type === 'file' ? part.name : []))
  const files = names.length === 0 ? '' : ` (with the files: ${names.join(', ')})`
  return `${role}${files}: ${content.slice(0, excerptLength)}`
}

async function askForTitle(
  deps: OpenDeps & { models: Models; logger: Logger },
  { userId, conversationId, model, messages }: Asked,
  signal: AbortSignal,
): Promise<string | null> {
  const inputTokens = await countMessageTokens(messages)
  const start = {
    userId,
    conversationId,
    messageId: null,
    generationId: null,
    purpose: 'title' as const,
    step: 0,
    model,
    inputTokens,
  }
  const call = await openWithinBudget(deps, start)
  if (call === null) return null
  try {
    const answer = await deps.models.complete({
      model,
      messages,
      tools: [],
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    })
    const { text, usage, costMicroUsd } = answer
    const outputTokens = await countTokens(text)
    await closeModelCall(deps, call, start, { state: 'completed', usage, outputTokens, reportedMicroUsd: costMicroUsd })
    return textToTitle(text)
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    await closeModelCall(deps, call, start, {
      state: 'failed',
      usage: refusalToUsage(error.code),
      outputTokens: 0,
      errorCode: error.code,
    })
    deps.logger.info({ event: 'title-failed', conversationId, code: error.code }, 'the model gave no title')
    return null
  }
}

/** Null: the user's budget is used up, and the first words of the question are a title, too. */
async function openWithinBudget(deps: OpenDeps, start: ModelCallStart): Promise<Id | null> {
  try {
    return await openModelCall(deps, start)
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}
