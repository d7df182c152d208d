import { useState, type MouseEvent, type ReactNode } from 'react'
import { lazyPart } from '../ui/lazy-part.tsx'
import { findLinkDoubt, type LinkDoubt } from './link-doubts.ts'
import type { LinkQuestionProps } from './link-question.tsx'

const LinkQuestion = lazyPart<LinkQuestionProps>(async () => (await import('./link-question.tsx')).LinkQuestion, {
  close: ({ onClose }) => onClose,
})

/** A link of a model's text. One that hides where it leads, or what it carries there, is shown before it is opened. */
export function AnswerLink({ address, children }: { readonly address: string; readonly children?: ReactNode }) {
  const [doubt, setDoubt] = useState<LinkDoubt | null>(null)
  const check = (event: MouseEvent<HTMLAnchorElement>) => {
    // The middle button opens a link, the right one a menu that shows the address.
    if (event.type === 'auxclick' && event.button !== 1) return
    const found = findLinkDoubt(address, event.currentTarget.textContent, location.origin)
    if (found === null) return
    event.preventDefault()
    setDoubt(found)
  }
  return (
    <>
      <a
        href={address}
        target="_blank"
        rel="noopener noreferrer nofollow"
        title={children === address ? undefined : address}
        onClick={check}
        onAuxClick={check}
      >
        {children}
      </a>
      {doubt && <LinkQuestion address={address} doubt={doubt} onClose={() => setDoubt(null)} />}
    </>
  )
}
