import '../../i18n/later-english.ts'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import { navigate } from 'wouter/use-browser-location'
import { formatDateTime } from '../../ui/format-time.ts'
import { locale } from '../../i18n/locale.ts'
import { toFullPath } from '../../lib/base-path.ts'
import type { Entry } from '../../lib/routes.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Logo } from '../../ui/logo.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { acceptInvitation, AuthRefusal, readInvitation, readOptions, readVisitor, setUpServer } from './auth-api.ts'
import { CredentialsForm } from './credentials-form.tsx'
import { EntryHeading } from './entry-heading.tsx'
import { GetIn } from './get-in.tsx'
import { providerProblem } from './provider-problem.ts'
import { ResetForm } from './reset-form.tsx'
import { Problem } from '../../ui/problem.tsx'

export interface EntryPageProps {
  /** The page of a link; null: somebody has to sign in before anything is shown. */
  readonly entry: Entry | null
  readonly path: string
  readonly onSessionChange: (change: { readonly isAccount: boolean }) => void
}

/** The pages by which somebody gets in: set-up, invitation, new password, sign-in. */
export function EntryPage({ entry, path, onSessionChange }: EntryPageProps) {
  const onIn = (change: { readonly isAccount: boolean }) => {
    if (entry !== null) navigate(toFullPath('/'), { replace: true })
    onSessionChange(change)
  }
  const token = entry === 'setup' ? (new URLSearchParams(location.search).get('token') ?? '') : (path.split('/')[2] ?? '')
  const onAccount = () => onIn({ isAccount: true })
  return (
    <main id="main" className="grid min-h-full place-items-center overflow-y-auto px-5 py-10" data-testid="entry-page">
      <div className="w-full max-w-sm space-y-5">
        <p className="flex items-center gap-2 text-[0.9375rem] font-semibold tracking-tight">
          <Logo size={24} className="text-accent" />
          Holdfast
        </p>
        {entry === 'setup' && <SetUp token={token} onIn={onAccount} />}
        {entry === 'invite' && <Invitation token={token} onIn={onAccount} />}
        {entry === 'reset' && <ResetForm token={token} onIn={onAccount} />}
        {entry === null && <SignIn onSessionChange={onIn} />}
        {entry === 'sign-in' && <SignInPage onSessionChange={onIn} />}
      </div>
    </main>
  )
}

function SetUp({ token, onIn }: { readonly token: string; readonly onIn: () => void }) {
  const text = useText()
  return (
    <>
      <EntryHeading title={text('entry.set-up')}>{text('entry.set-up.about')}</EntryHeading>
      <CredentialsForm
        withName
        label={text('entry.set-up.submit')}
        onSubmit={async (values) => {
          await setUpServer(token, values)
          onIn()
        }}
      />
    </>
  )
}

function Invitation({ token, onIn }: { readonly token: string; readonly onIn: () => void }) {
  const text = useText()
  const look = useQuery({
    queryKey: ['invitation', token],
    queryFn: async () => ({ ...(await readInvitation(token)), visitor: await readVisitor() }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (look.isPending) return <Skeleton className="h-24" />
  if (!look.data) return <Failed error={look.error} onTryAgain={() => void look.refetch()} />
  const { email, expiresAt, visitor } = look.data
  if (visitor === 'account') {
    return (
      <>
        <EntryHeading title={text('entry.signed-in')}>{text('entry.signed-in.about')}</EntryHeading>
        <Button onClick={() => navigate(toFullPath('/'))}>{text('entry.open')}</Button>
      </>
    )
  }
  const isGuest = visitor === 'guest'
  return (
    <>
      <EntryHeading title={text('entry.invite')}>
        {text('entry.invite.about', { when: formatDateTime(expiresAt, locale) })}
        {isGuest && ` ${text('entry.invite.guest')}`}
      </EntryHeading>
      <CredentialsForm
        withName
        email={email}
        label={text('account.create')}
        onSubmit={async (values) => {
          await acceptInvitation(token, isGuest, values)
          onIn()
        }}
      />
    </>
  )
}

/** The page to which a provider sends people back: `?done`, or `?error=<code>`. */
function SignInPage({ onSessionChange }: { readonly onSessionChange: EntryPageProps['onSessionChange'] }) {
  const text = useText()
  const [parameters] = useState(() => new URLSearchParams(location.search))
  const code = parameters.get('error')
  const isDone = parameters.has('done') && code === null
  const visitor = useQuery({ queryKey: ['visitor'], queryFn: readVisitor, retry: false, staleTime: 0 })
  const isAccount = visitor.data === 'account'
  const onDone = useEffectEvent(() => onSessionChange({ isAccount: true }))
  useEffect(() => {
    if (isDone && isAccount) onDone()
  }, [isDone, isAccount])
  if (visitor.isPending || (isDone && isAccount)) return <Skeleton className="h-24" />
  return (
    <>
      {code !== null && <Problem testId="provider-problem">{providerProblem(text, code)}</Problem>}
      {isAccount ? (
        <>
          <EntryHeading title={text('entry.signed-in')} />
          <Button onClick={() => navigate(toFullPath('/'))}>{text('entry.open')}</Button>
        </>
      ) : (
        <SignIn isGuest={visitor.data === 'guest'} onSessionChange={onSessionChange} />
      )}
    </>
  )
}

function SignIn({
  isGuest = false,
  onSessionChange,
}: {
  readonly isGuest?: boolean
  readonly onSessionChange: EntryPageProps['onSessionChange']
}) {
  const text = useText()
  const [isAsked, setAsked] = useState(0)
  const options = useQuery({ queryKey: ['entry-options', isAsked], queryFn: readOptions, staleTime: 0, refetchInterval: 15_000 })
  if (options.isPending) return <Skeleton className="h-24" />
  if (!options.data) return <Failed error={options.error} onTryAgain={() => setAsked(isAsked + 1)} />
  if (options.data.setUpNeeded) {
    return <EntryHeading title={text('entry.not-set-up')}>{text('entry.not-set-up.about')}</EntryHeading>
  }
  return (
    <>
      <EntryHeading title={text('entry.sign-in')}>{options.data.guests ? undefined : text('entry.sign-in.about')}</EntryHeading>
      <GetIn isGuest={isGuest} onSessionChange={onSessionChange} />
    </>
  )
}

function Failed({ error, onTryAgain }: { readonly error: unknown; readonly onTryAgain: () => void }) {
  const text = useText()
  return (
    <div className="space-y-3" role="alert">
      <p className="text-sm">{error instanceof AuthRefusal ? error.message : text('entry.failed')}</p>
      <Button onClick={onTryAgain}>{text('try-again')}</Button>
    </div>
  )
}
