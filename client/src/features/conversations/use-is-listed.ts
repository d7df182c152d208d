import type { Id } from '@holdfast/shared'
import { trpc } from '../../react/trpc-react.ts'
import { listInputs } from './list-inputs.ts'

/** Whether a conversation is in the loaded pages of the list. */
export function useIsListed(conversationId: Id): boolean {
  const query = trpc.conversations.list.useInfiniteQuery(listInputs.current, {
    getNextPageParam: (page) => page.nextCursor,
    select: ({ pages }) => pages.some(({ items }) => items.some(({ id }) => id === conversationId)),
  })
  return query.data ?? false
}
