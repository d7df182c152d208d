import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { CenteredMessage } from '../ui/centered-message.tsx'

/** The page itself broke. Everything that matters is on the server and on the device. */
export function BrokenPage() {
  const text = useText()
  return (
    <main className="flex h-full flex-col">
      <CenteredMessage
        title={text('page.broken')}
        testId="broken-page"
        actions={<Button onClick={() => location.reload()}>{text('update.reload')}</Button>}
      >
        {text('page.broken.about')}
      </CenteredMessage>
    </main>
  )
}
