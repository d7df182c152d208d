import type { Id } from '@holdfast/shared'
import { trpc } from '../../transport/trpc-react.ts'
import { listInputs } from './list-inputs.ts'

/** Whether a conversation is in the part of the list that is loaded. */
export function useIsListed(conversationId: Id): boolean {
  const query = trpc.conversations.list.useInfiniteQuery(listInputs.current, {
    getNextPageParam: (page) => page.nextCursor,
    select: ({ pages }) => pages.some(({ items }) => items.some(({ id }) => id === conversationId)),
  })
  return query.data ?? false
}
