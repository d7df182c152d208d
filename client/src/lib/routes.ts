import type { Id } from '@holdfast/shared'

export const routes = {
  start: '/',
  conversation: '/c/:conversationId',
  archived: '/archive',
  trashed: '/trash',
  planner: '/planner',
  search: '/search',
  /** Where the page of a shared conversation leads those who want to go on with it. */
  continueShared: '/continue/:token',
  usage: '/usage',
  files: '/files',
  admin: '/admin',
} as const

export function conversationPath(conversationId: Id): string {
  return `/c/${conversationId}`
}

/** The conversation at one message. `words`: what to mark in the message. */
export function messagePath(conversationId: Id, messageId: Id, words?: string): string {
  const parameters = new URLSearchParams({ message: messageId, ...(words === undefined ? {} : { words }) })
  return `${conversationPath(conversationId)}?${parameters.toString()}`
}

/** The planner at one item. */
export function plannerItemPath(itemId: Id): string {
  return `${routes.planner}?item=${itemId}`
}

/** The results of a search. `parameters`: what follows `?`; empty for a search that asks for nothing yet. */
export function searchPath(parameters: string): string {
  return parameters === '' ? routes.search : `${routes.search}?${parameters}`
}

/** The pages that somebody opens by a link to get in. They stand alone, without the frame of the others. */
export function pathToEntry(path: string): Entry | null {
  return entries.find((name) => name === path.split('/')[1]) ?? null
}
const entries = ['setup', 'invite', 'reset', 'sign-in'] as const
export type Entry = (typeof entries)[number]

/** A panel of the administration area. */
export function adminPanelPath(panel: string): string {
  return `${routes.admin}/${panel}`
}

/** The panel that an address of the administration area names; null for the area itself. */
export function pathToAdminPanel(path: string): string | null {
  return /^\/admin\/([a-z]+)\/?$/u.exec(path)?.[1] ?? null
}

/** The print view of a conversation. */
export function printPath(conversationId: Id): string {
  return `/c/${conversationId}/print`
}

/** The conversation of an address; null for every other page. */
export function pathToConversationId(path: string): Id | null {
  return /^\/c\/([0-9a-f-]{36})\/?$/iu.exec(path)?.[1]?.toLowerCase() ?? null
}

/** `/c/ID/print` shows all of a conversation for paper. */
export function pathToPrintedConversationId(path: string): Id | null {
  return /^\/c\/([0-9a-f-]{36})\/print\/?$/iu.exec(path)?.[1]?.toLowerCase() ?? null
}
