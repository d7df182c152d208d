import type { PlannerSource } from '@holdfast/shared'
import { Link } from 'wouter'
import { messagePath } from '../../../lib/routes.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Logo } from '../../../ui/logo.tsx'

export interface ByAssistantProps {
  readonly item: { readonly title: string; readonly createdBy: PlannerSource; readonly changedBy: PlannerSource }
  readonly onFollow?: (() => void) | undefined
}

/** A link to the message in which the assistant created or last changed the item. Nothing for changes by hand. */
export function ByAssistant({ item, onFollow }: ByAssistantProps) {
  const text = useText()
  const source = item.changedBy ?? item.createdBy
  if (!source) return null
  const isChange = item.changedBy !== null && item.changedBy.messageId !== item.createdBy?.messageId
  return (
    <Link
      href={messagePath(source.conversationId, source.messageId)}
      aria-label={text(isChange ? 'planner.changed-by-assistant.label' : 'planner.by-assistant.label', { title: item.title })}
      {...(onFollow ? { onClick: onFollow } : {})}
      className="inline-flex min-h-6 shrink-0 items-center gap-1 rounded-sm text-faint underline-offset-2 hover:text-accent-strong hover:underline"
      data-testid="by-assistant"
    >
      <Logo size={11} />
      {text(isChange ? 'planner.changed-by-assistant' : 'planner.by-assistant')}
    </Link>
  )
}
