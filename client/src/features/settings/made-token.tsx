import type { AccessToken } from '@holdfast/shared'
import { serverAddress } from '../../lib/base-path.ts'
import { useText } from '../../i18n/use-text.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { ShownOnce } from './shown-once.tsx'
import { tokenToSnippets } from './token-snippets.ts'

export interface MadeTokenProps {
  readonly made: AccessToken & { readonly token: string }
  readonly onDone: () => void
}

/** A token that was just created. It is shown only this once. */
export function MadeToken({ made, onDone }: MadeTokenProps) {
  const text = useText()
  return (
    <ShownOnce
      title={text('tokens.created', { name: made.name })}
      about={text('tokens.created.about')}
      done={text('tokens.created.done')}
      onDone={onDone}
      testIds={{ panel: 'made-token', done: 'token-done' }}
    >
      <Copyable label={text('tokens.token')} content={made.token} testId="token-text" />
      {tokenToSnippets(serverAddress(), made.token, made.scopes).map(({ name, text: content }) => (
        <Copyable key={name} label={text(`tokens.snippet.${name}`)} content={content} testId={`snippet-${name}`} />
      ))}
    </ShownOnce>
  )
}
