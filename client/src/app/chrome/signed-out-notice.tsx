import { LogIn } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import { openDeviceStorage } from '../../lib/device-storage.ts'
import { useStore } from '../../lib/use-store.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useSettingsSection } from './use-settings-section.ts'

/** The session ended while the page was open. What was written is kept. */
export function SignedOutNotice() {
  const text = useText()
  const isKept = useStore(openDeviceStorage().unkept).size === 0
  const [, setSection] = useSettingsSection()
  return (
    <Notice
      tone="warm"
      icon={<LogIn size={16} aria-hidden />}
      testId="signed-out-notice"
      actions={
        <Button size="small" onClick={() => setSection('account')}>
          {text('account.sign-in')}
        </Button>
      }
    >
      {text(isKept ? 'account.signed-out' : 'account.signed-out.unkept')}
    </Notice>
  )
}
