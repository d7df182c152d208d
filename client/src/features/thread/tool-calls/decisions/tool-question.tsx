import type { Id, ToolCallPart } from '@holdfast/shared'
import { AddressCard } from './address-card.tsx'
import { FormCard } from './form-card.tsx'
import { UnknownCard } from './unknown-card.tsx'

/** A question that is no approval: one of the tool itself, or what became of a call. */
export function ToolQuestion({ messageId, call }: { readonly messageId: Id; readonly call: ToolCallPart }) {
  const { form } = call
  if (!form) return <UnknownCard messageId={messageId} call={call} />
  // The next question of the same call is another one.
  if (form.url !== undefined)
    return <AddressCard key={JSON.stringify(form)} messageId={messageId} call={call} message={form.message} url={form.url} />
  return <FormCard key={JSON.stringify(form)} messageId={messageId} call={call} form={form} />
}
