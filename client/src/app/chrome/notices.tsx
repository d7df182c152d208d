import { contractHash, type SystemInfo } from '@holdfast/shared'
import { FlaskConical, RefreshCw, X } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { openDeviceStorage } from '../../lib/device-storage.ts'
import { useStore } from '../../lib/use-store.ts'
import { createValueStore } from '../../lib/value-store.ts'
import { addingModel } from './adding-model.ts'
import { updateAvailable } from './use-update-available.ts'

const dismissedKey = 'holdfast.demo-dismissed'
const storage = openDeviceStorage('session')
/** The update notice was postponed; it does not return until the page is loaded again. */
const later = createValueStore(false)

/** A notice that the built-in demo answers, not an AI, until it is dismissed. */
export function DemoNotice({ info }: { readonly info: SystemInfo | undefined }) {
  const text = useText()
  const [isDismissed, setDismissed] = useState(() => storage.read(dismissedKey) !== null)
  if (!info?.model.demo || isDismissed) return null
  return (
    <div className="flex items-center gap-2 px-1 text-[0.8125rem] text-faint" data-testid="demo-notice">
      <FlaskConical size={14} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1">
        {text('demo')}{' '}
        <button
          type="button"
          className="font-medium text-accent-strong underline underline-offset-2"
          onClick={() => addingModel.set(true)}
          data-testid="demo-add-model"
        >
          {text('demo.add')}
        </button>
      </p>
      <IconButton
        label={text('close')}
        size="small"
        onClick={() => {
          storage.write(dismissedKey, '1')
          setDismissed(true)
        }}
      >
        <X size={13} aria-hidden />
      </IconButton>
    </div>
  )
}

/** Offers to reload when the server has a newer page. The page never reloads by itself. */
export function UpdateNotice(props: { readonly info: SystemInfo | undefined; readonly isAnswerRunning: boolean }) {
  const { info, isAnswerRunning } = props
  const text = useText()
  const isUpdateAvailable = useStore(updateAvailable)
  const isDismissed = useStore(later)
  const isOld = info !== undefined && info.contract !== contractHash
  // Never while an answer is being written.
  if (isDismissed || isAnswerRunning || !(isOld || isUpdateAvailable)) return null
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
