import { contractHash, type SystemInfo } from '@holdfast/shared'
import { FlaskConical, RefreshCw, X } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useStore } from '../use-store.ts'
import { createValueStore } from '../value-store.ts'
import { newPage } from './use-new-page.ts'

const dismissedKey = 'holdfast.demo-dismissed'
/** Whoever said "later" reloads when it suits them. */
const later = createValueStore(false)

/** Whoever answers here is no AI, and the page says so until it is told that this is understood. */
export function DemoNotice({ info }: { readonly info: SystemInfo | undefined }) {
  const text = useText()
  const [isDismissed, setDismissed] = useState(() => sessionStorage.getItem(dismissedKey) !== null)
  const [isExplained, setExplained] = useState(false)
  if (!info?.model.demo || isDismissed) return null
  return (
    <div className="flex items-center gap-2 px-1 text-[0.8125rem] text-faint" data-testid="demo-notice">
      <FlaskConical size={14} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1">
        {text('demo')}{' '}
        <button
          type="button"
          className="font-medium text-accent-strong underline underline-offset-2"
          onClick={() => setExplained(true)}
        >
          {text('demo.how')}
        </button>
      </p>
      <IconButton
        label={text('close')}
        size="small"
        onClick={() => {
          sessionStorage.setItem(dismissedKey, '1')
          setDismissed(true)
        }}
      >
        <X size={13} aria-hidden />
      </IconButton>
      <Dialog title={text('demo.title')} isOpen={isExplained} onClose={() => setExplained(false)}>
        <p className="text-sm text-soft">{text('demo.about')}</p>
        <pre className="mt-3 overflow-x-auto rounded-md bg-code p-3 font-mono text-xs leading-relaxed">
          {'OPENAI_API_KEY=sk-…\nOPENAI_BASE_URL=http://localhost:11434/v1\nGEMINI_API_KEY=…'}
        </pre>
      </Dialog>
    </div>
  )
}

/** A newer build serves this page. It is the person's to say when: a reload never comes by itself. */
export function UpdateNotice(props: { readonly info: SystemInfo | undefined; readonly isAnswerRunning: boolean }) {
  const { info, isAnswerRunning } = props
  const text = useText()
  const hasNewPage = useStore(newPage)
  const isDismissed = useStore(later)
  const isOld = info !== undefined && info.contract !== contractHash
  // Never while an answer is being written: that is read first.
  if (isDismissed || isAnswerRunning || !(isOld || hasNewPage)) return null
  return (
    <Notice
      tone="accent"
      icon={<RefreshCw size={15} aria-hidden />}
      testId="update-notice"
      actions={
        <>
          <Button size="small" onClick={() => location.reload()}>
            {text('update.reload')}
          </Button>
          <Button size="small" tone="quiet" onClick={() => later.set(true)}>
            {text('update.later')}
          </Button>
        </>
      }
    >
      {text('update')}
    </Notice>
  )
}
