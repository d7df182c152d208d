import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { CenteredMessage } from '../../ui/centered-message.tsx'

/** Shown when the page itself crashed. All data is on the server and on the device. */
export function BrokenPage() {
  const text = useText()
  return (
    <main className="flex h-full flex-col">
      <CenteredMessage
        title={text('page.crashed')}
        testId="broken-page"
        actions={<Button onClick={() => location.reload()}>{text('update.reload')}</Button>}
      >
        {text('page.crashed.about')}
      </CenteredMessage>
    </main>
  )
}
