import { HardDrive, X } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import { openDeviceStorage } from '../../lib/device-storage.ts'
import { useStore } from '../../lib/use-store.ts'
import { createValueStore } from '../../lib/value-store.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { Notice } from '../../ui/notice.tsx'

/** Nothing can be stored, so it returns when the page is loaded again. */
const isDismissed = createValueStore(false)

/** A notice that the browser stores nothing for this site, what is lost by that, and what is not. */
export function StorageNotice() {
  const text = useText()
  const isKept = useStore(openDeviceStorage().unkept).size === 0
  if (useStore(isDismissed) || isKept) return null
  return (
    <Notice
      tone="warm"
      icon={<HardDrive size={16} aria-hidden />}
      testId="storage-notice"
      actions={
        <IconButton label={text('close')} size="small" onClick={() => isDismissed.set(true)}>
          <X size={13} aria-hidden />
        </IconButton>
      }
    >
      {text('storage.unkept')}
    </Notice>
  )
}
