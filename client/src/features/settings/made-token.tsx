import type { AccessToken } from '@holdfast/shared'
import { useEffect, useRef } from 'react'
import { serverAddress } from '../../lib/base-path.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Copyable } from '../../ui/copyable.tsx'
import { tokenToSnippets } from './token-snippets.ts'

/** A token that was just created. It is shown only this once. */
export function MadeToken({
  made,
  onDone,
}: {
  readonly made: AccessToken & { readonly token: string }
  readonly onDone: () => void
}) {
  const text = useText()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className="space-y-4 rounded-md border border-accent/40 bg-accent-wash/40 p-4" data-testid="made-token">
      <div>
        <h3 ref={heading} tabIndex={-1} className="font-medium outline-none">
          {text('tokens.created', { name: made.name })}
        </h3>
        <p className="mt-0.5 text-sm text-soft">{text('tokens.created.about')}</p>
      </div>
      <Copyable label={text('tokens.token')} content={made.token} testId="token-text" />
      {tokenToSnippets(serverAddress(), made.token, made.scopes).map(({ name, text: content }) => (
        <Copyable key={name} label={text(`tokens.snippet.${name}`)} content={content} testId={`snippet-${name}`} />
      ))}
      <Button onClick={onDone} data-testid="token-done">
        {text('tokens.created.done')}
      </Button>
    </section>
  )
}
