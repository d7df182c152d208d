import { useEffect, useRef } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Copyable } from '../../../ui/copyable.tsx'
import { formatDateTime } from '../../../ui/format-time.ts'
import type { MadeLink } from './made-link.ts'

/** A link that is shown only now, to be copied and handed over. */
export function ShownLink({ link, onDone }: { readonly link: MadeLink; readonly onDone: () => void }) {
  const text = useText()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [link])
  return (
    <div className="space-y-3 rounded-md border border-accent/30 bg-accent-wash p-4" data-testid="shown-link">
      <div>
        <h3 ref={heading} tabIndex={-1} className="font-medium outline-none">
          {link.title}
        </h3>
        <p className="mt-0.5 text-sm text-soft">{text('people.link.about', { when: formatDateTime(link.expiresAt, locale) })}</p>
      </div>
      <Copyable label={text('people.link')} content={link.url} testId="link-text" />
      <Button size="small" onClick={onDone} data-testid="link-done">
        {text('people.link.done')}
      </Button>
    </div>
  )
}
