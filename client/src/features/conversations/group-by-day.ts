import type { Conversation } from '@holdfast/shared'

export type DayGroup = 'pinned' | 'today' | 'yesterday' | 'week' | 'month' | 'older'

export interface ConversationGroup {
  readonly name: DayGroup
  readonly conversations: readonly Conversation[]
}

const order: readonly DayGroup[] = ['pinned', 'today', 'yesterday', 'week', 'month', 'older']
const dayMs = 86_400_000

/** Groups conversations: pinned ones first, the others by day of the last change, in the given order. Empty groups are left out. */
export function groupByDay(conversations: readonly Conversation[], now: Date): ConversationGroup[] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime()
  const groups = Map.groupBy(conversations, (conversation) =>
    conversation.pinned ? 'pinned' : timeToGroup(Date.parse(conversation.updatedAt), today),
  )
  return order.flatMap((name) => {
    const members = groups.get(name)
    return members ? { name, conversations: members } : []
  })
}

function timeToGroup(time: number, today: number): DayGroup {
  if (time >= today) return 'today'
  if (time >= today - dayMs) return 'yesterday'
  if (time >= today - 7 * dayMs) return 'week'
  return time >= today - 30 * dayMs ? 'month' : 'older'
}
