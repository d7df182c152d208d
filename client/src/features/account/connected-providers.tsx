import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { AuthRefusal, beginProvider, disconnectWay, readOptions, readWays } from './auth-api.ts'

/** Connects providers with the account, so that they open it too, and disconnects them. Nothing where the server has none. */
export function ConnectedProviders() {
  const text = useText()
  const options = useQuery({ queryKey: ['entry-options'], queryFn: readOptions })
  const ways = useQuery({ queryKey: ['account-ways'], queryFn: readWays, staleTime: 0, enabled: options.data?.oidc.length !== 0 })
  const [problem, setProblem] = useState<string | null>(null)
  if (!options.data || options.data.oidc.length === 0 || !ways.data) return null
  const run = async (act: () => Promise<unknown>) => {
    setProblem(null)
    try {
      await act()
    } catch (error) {
      setProblem(error instanceof AuthRefusal ? error.message : text('failed.unreachable'))
    }
  }
  return (
    <section aria-label={text('account.providers')} data-testid="connected-providers">
      <h3 className="mb-2 font-medium">{text('account.providers')}</h3>
      <ul className="divide-y divide-line border-y border-line">
        {options.data.oidc.map(({ id, name }) => {
          const way = ways.data.find(({ providerId }) => providerId === id)
          return (
            <li key={id} className="flex items-center gap-3 py-2.5 text-sm">
              <span className="min-w-0 flex-1 wrap-anywhere">{name}</span>
              {way === undefined ? (
                <Button
                  size="small"
                  aria-label={text('account.providers.connect.label', { name })}
                  onClick={() => void run(async () => location.assign(await beginProvider(id, { connect: true })))}
                >
                  {text('account.providers.connect')}
                </Button>
              ) : (
                <Button
                  size="small"
                  tone="quiet"
                  aria-label={text('account.providers.disconnect.label', { name })}
                  onClick={() =>
                    void run(async () => {
                      await disconnectWay(way.id)
                      await ways.refetch()
                    })
                  }
                >
                  {text('account.providers.disconnect')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      {problem !== null && (
        <p className="mt-2 text-sm text-danger-ink" role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}
