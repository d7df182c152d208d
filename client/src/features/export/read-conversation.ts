import type { Conversation, Id, Message, Snapshot } from '@holdfast/shared'
import type { HoldfastClient } from '../../sdk/client.ts'
import { errorToFailure } from '../../sdk/transport/failure.ts'

type Trpc = HoldfastClient['trpc']

const pageSize = 200

/** The path through `leafId` down to its end. Without `leafId`, or if it no longer exists, the current path. */
export async function readPath(
  trpc: Trpc,
  conversationId: Id,
  leafId: Id | null,
): Promise<{ readonly conversation: Conversation; readonly messages: readonly Message[] }> {
  const { conversation, messages, nextCursor } = await readEnd(trpc, conversationId, leafId)
  const pages: (readonly Message[])[] = [messages.slice(0, pathLength(messages))]
  let before = nextCursor
  while (before !== null) {
    const page = await trpc.messages.list.query({ conversationId, before, limit: pageSize })
    pages.unshift(page.messages)
    before = page.nextCursor
  }
  return { conversation, messages: pages.flat() }
}

async function readEnd(trpc: Trpc, conversationId: Id, leafId: Id | null): Promise<Snapshot> {
  const limit = pageSize
  if (leafId === null) return trpc.conversations.get.query({ conversationId, limit })
  try {
    return await trpc.conversations.get.query({ conversationId, leafId, descend: true, limit })
  } catch (error) {
    if (errorToFailure(error).code !== 'NOT_FOUND') throw error
    return trpc.conversations.get.query({ conversationId, limit })
  }
}

/** Number of messages on the path. Running messages of other branches follow them in a snapshot. */
function pathLength(messages: readonly Message[]): number {
  const end = messages.findIndex(({ parentId }, index) => index > 0 && parentId !== messages[index - 1]?.id)
  return end === -1 ? messages.length : end
}

/** All messages of all branches, page by page. */
export async function* readTree(
  trpc: Trpc,
  conversationId: Id,
): AsyncGenerator<{ readonly conversation: Conversation; readonly messages: readonly Message[] }> {
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof trpc.conversations.export.query>> = await trpc.conversations.export.query({
      conversationId,
      cursor,
      limit: pageSize,
    })
    yield page
    cursor = page.nextCursor
  } while (cursor !== null)
}
