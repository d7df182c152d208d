import { createHash } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { Id } from '@holdfast/shared'
import { eq, sql } from 'drizzle-orm'
import { messageToFiles } from '../../models/message-to-files.ts'
import type { ModelMessage } from '../../models/model.ts'
import type { Clock } from '../../platform/clock.ts'
import { executeRows, type Database } from '../../platform/database/database.ts'
import { errorToCode } from '../../platform/error-codes.ts'
import type { Logger } from '../../platform/logger.ts'
import { markMedia, type SentMedia } from './media-marks.ts'
import { numbersToRanges } from './number-ranges.ts'
import { splitBody } from './split-body.ts'

const { conversations } = schema

interface KeepDeps {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
}

/** What is kept of one model call. */
export interface KeptRequest {
  /** To be told each body that is sent. Of several, the last one is kept: the others were refused. */
  readonly onSend: (body: string) => void
  /** Resolves when all that was sent so far is in the database. Never rejects: bookkeeping ends no answer. */
  readonly isKept: () => Promise<void>
}

/** Keeps what a provider is asked, while it is asked. `messages`: with the media that the bodies hold. */
export function startKeepingRequest(
  deps: KeepDeps,
  call: { readonly modelCallId: Id; readonly conversationId: Id; readonly messages: readonly ModelMessage[] },
): KeptRequest {
  const { modelCallId, conversationId, messages } = call
  let kept = Promise.resolve()
  return {
    onSend: (body) => {
      const sentAt = deps.clock.now()
      kept = kept.then(async () => {
        try {
          await keepRequest(deps, { modelCallId, conversationId, body, media: messagesToMedia(messages), sentAt })
        } catch (error) {
          deps.logger.error(
            { event: 'request-not-kept', callId: modelCallId, err: error },
            'what a model was asked could not be kept',
          )
        }
      })
    },
    isKept: () => kept,
  }
}

function messagesToMedia(messages: readonly ModelMessage[]): SentMedia[] {
  return messages.flatMap(messageToFiles).flatMap((file) => {
    if (file.type !== 'media' || file.data === undefined || file.data === '') return []
    return [{ data: file.data, key: file.key }]
  })
}

const maxTries = 5
/** Another answer of the same conversation has taken a number, or the tools were pruned at this moment. */
const retryableCodes = new Set(['23505', '23503', '40P01'])

/**
 * Writes down a request: its parts that the conversation has not sent before, and how it is put together from them. A conversation of n
 * messages costs n pieces, however often they are sent.
 */
async function keepRequest(
  { database }: KeepDeps,
  request: { modelCallId: Id; conversationId: Id; body: string; media: readonly SentMedia[]; sentAt: Date },
): Promise<void> {
  const { modelCallId, conversationId, body, sentAt } = request
  const { head, pieces, tools, tail } = splitBody(markMedia(body, request.media))
  const parts = pieces.map((content) => ({ content, hash: toHash(content) }))
  const row = { requestSha256: toHash(body), bytes: Buffer.byteLength(body), toolsHash: tools === null ? null : toHash(tools) }
  for (let tries = 1; ; tries += 1) {
    const { numbers, added } = await numberPieces(database, conversationId, parts)
    try {
      await database.queries.execute(sql`
        with called as (
          update model_calls set request_sha256 = ${row.requestSha256} where id = ${modelCallId}
        ), offered as (
          insert into model_request_tools (hash, content)
          select ${row.toolsHash}::text, ${tools}::text where ${row.toolsHash}::text is not null
          on conflict do nothing
        ), added as (
          insert into model_request_pieces (conversation_id, n, hash, content)
          select ${conversationId}::uuid, n, hash, content
          from json_to_recordset(${JSON.stringify(added)}::json) as t(n int, hash text, content text)
        )
        insert into model_requests (model_call_id, conversation_id, head, pieces, tools_hash, tail, bytes, sent_at)
        values (${modelCallId}::uuid, ${conversationId}::uuid, ${head}, ${numbersToRanges(numbers)}, ${row.toolsHash}, ${tail},
          ${row.bytes}::bigint, ${sentAt.toISOString()}::timestamptz)
        on conflict (model_call_id) do update set head = excluded.head, pieces = excluded.pieces, tools_hash = excluded.tools_hash,
          tail = excluded.tail, bytes = excluded.bytes, sent_at = excluded.sent_at`)
      return
    } catch (error) {
      if (await isGone(database, conversationId)) return
      if (tries >= maxTries || !retryableCodes.has(errorToCode(error) ?? '')) throw error
    }
  }
}

interface Part {
  readonly content: string
  readonly hash: string
}

/** The numbers of these pieces, and those among them that are new. */
async function numberPieces(
  { queries }: Database,
  conversationId: Id,
  parts: readonly Part[],
): Promise<{ numbers: number[]; added: (Part & { n: number })[] }> {
  const hashes = JSON.stringify([...new Set(parts.map(({ hash }) => hash))])
  const known = await executeRows<{ n: number; hash: string | null }>(
    queries,
    sql`select n, hash from model_request_pieces
        where conversation_id = ${conversationId} and hash in (select json_array_elements_text(${hashes}::json))
      union all
      select coalesce(max(n), 0), null from model_request_pieces where conversation_id = ${conversationId}`,
  )
  const numberOf = new Map(known.flatMap(({ n, hash }) => (hash === null ? [] : [[hash, n] as const])))
  let last = known.find(({ hash }) => hash === null)?.n ?? 0
  const added: (Part & { n: number })[] = []
  for (const part of parts) {
    if (numberOf.has(part.hash)) continue
    last += 1
    numberOf.set(part.hash, last)
    added.push({ ...part, n: last })
  }
  return { numbers: parts.map(({ hash }) => numberOf.get(hash) ?? 0), added }
}

/** The conversation was deleted for good while its answer ran. */
async function isGone({ queries }: Database, conversationId: Id): Promise<boolean> {
  const rows = await queries.select({ id: conversations.id }).from(conversations).where(eq(conversations.id, conversationId))
  return rows.length === 0
}

function toHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
