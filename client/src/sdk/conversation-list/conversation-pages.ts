import type { Conversation, Id } from '@holdfast/shared'

export interface ConversationPage {
  readonly items: Conversation[]
  readonly nextCursor: string | null
}

/** The pages of a list that are loaded, and the cursor that each was asked for with: as TanStack Query keeps them, which the page uses. */
export interface ConversationPages {
  readonly pages: ConversationPage[]
  readonly pageParams: (string | null)[]
}

/**
 * Inserts or updates a conversation in a paginated list. A conversation that belongs below the loaded pages
 * is left out, and comes with its page.
 */
export function putConversation(pages: ConversationPages, conversation: Conversation): ConversationPages {
  const isKnown = pages.pages.some((page) => page.items.some((item) => item.id === conversation.id))
  if (isKnown) {
    return mapPages(pages, (items) => items.map((item) => (item.id === conversation.id ? conversation : item)))
  }
  const last = pages.pages.at(-1)
  const oldest = last?.items.at(-1)
  const isBelow = last?.nextCursor != null && oldest !== undefined && compareByTime(conversation, oldest) > 0
  if (isBelow) return pages
  const [first, ...others] = pages.pages
  const head: ConversationPage = { nextCursor: null, ...first, items: [conversation, ...(first?.items ?? [])] }
  return { ...pages, pages: [head, ...others] }
}

export function removeConversation(pages: ConversationPages, conversationId: Id): ConversationPages {
  return mapPages(pages, (items) => items.filter((item) => item.id !== conversationId))
}

/** The loaded conversations of one or several lists, without duplicates, newest first. */
export function pagesToConversations(...lists: (ConversationPages | undefined)[]): Conversation[] {
  const byId = new Map<Id, Conversation>()
  for (const page of lists.flatMap((list) => list?.pages ?? [])) for (const item of page.items) byId.set(item.id, item)
  return [...byId.values()].sort(compareByTime)
}

/** The server's order: last changed first, then by id. */
function compareByTime(a: Conversation, b: Conversation): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1
  return a.id < b.id ? 1 : -1
}

function mapPages(pages: ConversationPages, change: (items: Conversation[]) => Conversation[]): ConversationPages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: change(page.items) })) }
}
