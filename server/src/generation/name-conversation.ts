import { schema } from '@holdfast/drizzle'
import { codePointLength, isBlank, maxTitleLength, type Id } from '@holdfast/shared'
import { and, eq, isNull } from 'drizzle-orm'
import { rowToConversation, saveConversation } from '../conversations/conversation-row.ts'
import { readConsistently } from '../conversations/read-snapshot.ts'
import { transact, type UnitOfWorkDeps } from '../log/unit-of-work.ts'
import type { Logger } from '../logger.ts'
import { rowsToMessages } from '../messages/message-row.ts'
import { readPath } from '../messages/read-path.ts'
import { ModelError } from '../models/model-error.ts'
import type { ModelMessage, ModelProvider } from '../models/model.ts'

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
  deps: UnitOfWorkDeps & { models: ModelProvider; logger: Logger },
  conversationId: Id,
  signal: AbortSignal,
): Promise<void> {
  if (deps.models.demo) return
  const asked = await readOpening(deps, conversationId)
  if (!asked) return
  const title = await askForTitle(deps, asked, signal)
  if (title === null) return
  await transact(deps, async (unit) => {
    const [row] = await unit.tx
      .select()
      .from(conversations)
      .where(and(eq(conversations.id, conversationId), eq(conversations.titleSource, 'words'), isNull(conversations.deletedAt)))
      .for('update')
    if (!row) return
    const saved = await saveConversation(unit, conversationId, { title, titleSource: 'model' })
    await unit.append(conversationId, [{ type: 'conversation-updated', conversation: rowToConversation(saved) }])
  })
}

interface Asked {
  readonly model: string
  readonly messages: readonly ModelMessage[]
}

function readOpening(
  deps: UnitOfWorkDeps & { models: ModelProvider },
  conversationId: Id,
): Promise<Asked | null> {
  return readConsistently(deps.database, async (queries) => {
    const [row] = await queries.select().from(conversations).where(eq(conversations.id, conversationId))
    if (!row || row.titleSource !== 'words' || row.deletedAt !== null) return null
    const path = await readPath(queries, { conversationId, leafId: row.activeMessageId, limit: 200 })
    const opening = await rowsToMessages(queries, conversationId, path.rows.slice(0, 2))
    const excerpts = opening.map((message) => `${message.role}: ${message.content.slice(0, excerptLength)}`)
    return {
      model: row.model ?? deps.models.defaultModel,
      messages: [
        { role: 'system', content: instructions },
        { role: 'user', content: excerpts.join('\n\n') },
      ],
    }
  })
}

async function askForTitle(
  deps: { models: ModelProvider; logger: Logger },
  { model, messages }: Asked,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const answer = await deps.models.complete({
      model,
      messages,
      tools: [],
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    })
    return textToTitle(answer.text)
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    deps.logger.info({ event: 'title-failed', code: error.code }, 'the model gave no title')
    return null
  }
}

/** One line without the quotes that models like; null when it is no title. */
export function textToTitle(text: string): string | null {
  const line = text
    .toWellFormed()
    .replaceAll('\u0000', '')
    .split('\n')
    .find((part) => !isBlank(part))
  const title = line?.trim().replaceAll(/^["'“”«»#*\s]+|["'“”«»*\s.]+$/gu, '') ?? ''
  return isBlank(title) || codePointLength(title) > maxTitleLength ? null : title
}
