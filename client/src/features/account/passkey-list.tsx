import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { locale } from '../../i18n/locale.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { formatWhen } from '../../ui/format-time.ts'
import { AuthRefusal, readOptions } from './auth-api.ts'
import { addPasskey, canUsePasskeys, deletePasskey, listPasskeys } from './passkey-api.ts'
import { userAgentToDevice } from './user-agent-to-device.ts'
import { Problem } from '../../ui/problem.tsx'

/** The passkeys of this account. Nothing where the address of the server allows none. */
export function PasskeyList() {
  const text = useText()
  const options = useQuery({ queryKey: ['entry-options'], queryFn: readOptions })
  const hasPasskeys = options.data?.passkeys === true
  const list = useQuery({ queryKey: ['passkeys'], queryFn: listPasskeys, staleTime: 0, enabled: hasPasskeys })
  const [problem, setProblem] = useState<string | null>(null)
  const [isPending, setPending] = useState(false)
  if (!hasPasskeys || !list.data) return null
  const run = async (act: () => Promise<unknown>) => {
    setProblem(null)
    setPending(true)
    try {
      await act()
      await list.refetch()
    } catch (error) {
      setProblem(error instanceof AuthRefusal ? error.message : text('account.passkeys.failed'))
    } finally {
      setPending(false)
    }
  }
  const device = userAgentToDevice(navigator.userAgent)
  const newName =
    device === null
      ? text('account.sessions.unknown')
      : device.system === null
        ? device.browser
        : text('account.sessions.on', { browser: device.browser, system: device.system })
  return (
    <section className="space-y-3" aria-label={text('account.passkeys')} data-testid="passkeys">
      <div>
        <h3 className="font-medium">{text('account.passkeys')}</h3>
        <p className="mt-0.5 text-sm text-soft">{text('account.passkeys.about')}</p>
      </div>
      {list.data.length > 0 && (
        <ul className="divide-y divide-line border-y border-line">
          {list.data.map(({ id, name, createdAt }) => (
            <li key={id} className="flex items-center gap-3 py-2.5 text-sm">
              <KeyRound size={15} aria-hidden className="shrink-0 text-faint" />
              <div className="min-w-0 flex-1">
                <p className="wrap-anywhere">{name}</p>
                {typeof createdAt === 'string' && <p className="text-xs text-faint">{formatWhen(createdAt, locale)}</p>}
              </div>
              <Button
                size="small"
                tone="quiet"
                disabled={isPending}
                aria-label={text('account.passkeys.remove.label', { name: name ?? '' })}
                onClick={() => void run(() => deletePasskey(id))}
              >
                {text('account.passkeys.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {canUsePasskeys() && (
        <Button size="small" disabled={isPending} onClick={() => void run(() => addPasskey(newName))} data-testid="add-passkey">
          {text('account.passkeys.add')}
        </Button>
      )}
      {problem !== null && <Problem>{problem}</Problem>}
    </section>
  )
}
