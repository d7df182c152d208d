import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { AuthRefusal, beginProvider, type EntryOptions } from './auth-api.ts'
import { Problem } from '../../ui/problem.tsx'

/** A button for each provider by which people sign in on this server. */
export function ProviderButtons({ providers }: { readonly providers: EntryOptions['oidc'] }) {
  const text = useText()
  const [problem, setProblem] = useState<string | null>(null)
  const [isLeaving, setLeaving] = useState(false)
  if (providers.length === 0) return null
  const go = async (id: string) => {
    setProblem(null)
    setLeaving(true)
    try {
      location.assign(await beginProvider(id))
    } catch (error) {
      setLeaving(false)
      setProblem(error instanceof AuthRefusal ? error.message : text('failed.unreachable'))
    }
  }
  return (
    <div className="space-y-2">
      {providers.map(({ id, name }) => (
        <Button key={id} className="w-full" disabled={isLeaving} onClick={() => void go(id)} data-testid="provider-button">
          <span className="truncate">{text('account.provider.continue', { name })}</span>
        </Button>
      ))}
      {problem !== null && <Problem>{problem}</Problem>}
    </div>
  )
}
