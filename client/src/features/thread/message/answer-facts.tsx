import type { Message } from '@holdfast/shared'
import { locale } from '../../../i18n/locale.ts'
import { useText, type Text } from '../../../i18n/use-text.ts'
import { modelToName } from '../../../lib/model-name.ts'
import { formatMicroUsd, formatShortCount } from '../../../ui/format-amount.ts'
import { formatDateTime, formatWhen } from '../../../ui/format-time.ts'

/** The model, tokens, cost and time of an answer. */
export function AnswerFacts({ message }: { readonly message: Message }) {
  const text = useText()
  const facts = [
    message.model && modelToName(message.model),
    toTokens(message, text),
    toCost(message, text),
    formatWhen(message.updatedAt, locale),
  ]
  return (
    <span
      className="ml-auto min-w-0 truncate pl-2 text-xs text-faint tabular-nums opacity-0 transition-opacity duration-150 group-focus-within/message:opacity-100 group-hover/message:opacity-100"
      title={[formatDateTime(message.updatedAt, locale), toExact(message, text)].filter(Boolean).join(' · ')}
      data-testid="answer-facts"
    >
      {facts.filter(Boolean).join(' · ')}
    </span>
  )
}

function toTokens({ usage }: Message, text: Text): string | null {
  if (!usage) return null
  const input = formatShortCount(usage.inputTokens, locale)
  const output = formatShortCount(usage.outputTokens, locale)
  return text(usage.estimated ? 'answer.tokens.estimated' : 'answer.tokens', { input, output })
}

function toCost({ usage, costMicroUsd }: Message, text: Text): string | null {
  if (!usage) return null
  if (costMicroUsd === null) return text('answer.cost.unknown')
  return costMicroUsd === 0 ? null : formatMicroUsd(costMicroUsd, locale)
}

/** The exact numbers, for the tooltip. */
function toExact({ usage }: Message, text: Text): string | undefined {
  if (!usage) return undefined
  const { inputTokens, outputTokens, cachedInputTokens = 0, estimated } = usage
  const exact = text('answer.tokens.exact', { input: inputTokens, output: outputTokens, cached: cachedInputTokens })
  return estimated ? `${exact} ${text('answer.tokens.exact.estimated')}` : exact
}
