import type { PlannerSource } from '@holdfast/shared'
import { Link } from 'wouter'
import { useText } from '../../i18n/use-text.ts'
import { Mark } from '../../ui/mark.tsx'

export interface ByAssistantProps {
  readonly item: { readonly title: string; readonly createdBy: PlannerSource; readonly changedBy: PlannerSource }
  readonly onFollow?: (() => void) | undefined
}

/** Leads to the message in which the assistant made or last changed this. Nothing for what a person did by hand. */
export function ByAssistant({ item, onFollow }: ByAssistantProps) {
  const text = useText()
  const source = item.changedBy ?? item.createdBy
  if (!source) return null
  const isChange = item.changedBy !== null && item.changedBy.messageId !== item.createdBy?.messageId
  return (
    <Link
      href={`/c/${source.conversationId}?message=${source.messageId}`}
      aria-label={text(isChange ? 'planner.changed-by-assistant.label' : 'planner.by-assistant.label', { title: item.title })}
      {...(onFollow ? { onClick: onFollow } : {})}
      className="inline-flex min-h-6 shrink-0 items-center gap-1 rounded-sm text-faint underline-offset-2 hover:text-accent-strong hover:underline"
      data-testid="by-assistant"
    >
      <Mark size={11} />
      {text(isChange ? 'planner.changed-by-assistant' : 'planner.by-assistant')}
    </Link>
  )
}
