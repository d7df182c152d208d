import type { Id } from '@holdfast/shared'

export const routes = {
  start: '/',
  conversation: '/c/:conversationId',
  archived: '/archive',
  trashed: '/trash',
  planner: '/planner',
  search: '/search',
  usage: '/usage',
} as const

export function conversationPath(conversationId: Id): string {
  return `/c/${conversationId}`
}

/** A conversation as it is put on paper. */
export function printPath(conversationId: Id): string {
  return `/c/${conversationId}/print`
}

/** The conversation that an address shows; null for every other page. */
export function pathToConversationId(path: string): Id | null {
  return /^\/c\/([0-9a-f-]{36})\/?$/iu.exec(path)?.[1]?.toLowerCase() ?? null
}

/** `/c/ID/print` shows all of a conversation for paper. */
export function pathToPrintedConversationId(path: string): Id | null {
  return /^\/c\/([0-9a-f-]{36})\/print\/?$/iu.exec(path)?.[1]?.toLowerCase() ?? null
}
