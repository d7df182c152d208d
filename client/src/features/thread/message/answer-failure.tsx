import { CloudAlert, KeyRound, MessageCircleWarning, ServerCrash, Unplug, type LucideIcon } from 'lucide-react'
import type { Message } from '@holdfast/shared'
import type { ReactNode } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { errorToWords, type Fault } from '../model/failure-words.ts'

const icons: Readonly<Record<Fault, LucideIcon>> = {
  network: Unplug,
  provider: CloudAlert,
  settings: KeyRound,
  request: MessageCircleWarning,
  ours: ServerCrash,
}

/** Why an answer ended early: the cause, the saved text, and advice. */
export function AnswerFailure({ message, actions }: { readonly message: Message; readonly actions: ReactNode }) {
  const text = useText()
  const { fault, title, advice } = errorToWords(message.error, text)
  const Icon = icons[fault]
  return (
    <div className="mt-3 flex gap-2.5 text-sm" data-testid="answer-ended" data-fault={fault} data-code={message.error?.code}>
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0 text-danger-ink" />
      <div className="min-w-0 space-y-2">
        <p>
          <span className="text-danger-ink">
            {title} {text(message.content === '' ? 'failure.nothing-lost' : 'failure.all-saved')}
          </span>
          {advice !== null && <span className="text-soft"> {advice}</span>}
        </p>
        <div className="flex flex-wrap gap-1.5">{actions}</div>
      </div>
    </div>
  )
}
