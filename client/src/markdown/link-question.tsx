import '../i18n/later-english.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import type { LinkDoubt } from './link-doubts.ts'
import { addressToHost } from './safe-address.ts'

export interface LinkQuestionProps {
  readonly address: string
  readonly doubt: LinkDoubt
  readonly onClose: () => void
}

/** Asks whether a link is to be opened, and shows where it leads. The first focus is on not opening it. */
export function LinkQuestion({ address, doubt, onClose }: LinkQuestionProps) {
  const text = useText()
  return (
    <Dialog title={text('link.title')} isOpen onClose={onClose} testId="link-question">
      <p className="text-sm text-soft">{text(`link.${doubt}`, { host: addressToHost(address) })}</p>
      <p
        dir="ltr"
        className="mt-3 max-h-40 overflow-y-auto rounded-sm bg-sunken p-2.5 font-mono text-[0.8125rem] break-all"
        tabIndex={0}
      >
        {new URL(address).href}
      </p>
      <div className="mt-5 flex justify-end gap-2">
        <Button data-first-focus="" onClick={onClose}>
          {text('cancel')}
        </Button>
        <a
          href={address}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className={buttonClass('accent', 'normal')}
          onClick={onClose}
        >
          {text('link.open')}
        </a>
      </div>
    </Dialog>
  )
}
