import type { SystemInfo } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { CredentialsForm } from './credentials-form.tsx'
import { signIn, signOut, signUp, upgradeGuest } from './auth-api.ts'

export interface AccountSettingsProps {
  /** Null: nobody is signed in. */
  readonly user: SystemInfo['user'] | null
  /** The session is another one now. `isAccount`: it belongs to somebody with a password. */
  readonly onSessionChange: (change: { readonly isAccount: boolean }) => void
}

/** Who is signed in, and the ways in and out. */
export function AccountSettings({ user, onSessionChange }: AccountSettingsProps) {
  const text = useText()
  // Until somebody chooses: a guest has no account yet, and who is signed out most likely has one. On a first visit the guest comes late.
  const [chosen, setChosen] = useState<'new' | 'existing' | null>(null)
  const way = chosen ?? (user ? 'new' : 'existing')
  if (user && !user.isGuest) return <SignedIn user={user} onSignOut={() => onSessionChange({ isAccount: false })} />
  const isNew = way === 'new'
  const create = user ? upgradeGuest : signUp
  return (
    <div className="space-y-4">
      {user ? (
        <div>
          <h3 className="font-medium">{text('account.guest')}</h3>
          <p className="mt-1 text-sm text-soft">{text('account.guest.about')}</p>
        </div>
      ) : (
        <p className="text-sm text-soft">{text('account.signed-out.about')}</p>
      )}
      <CredentialsForm
        key={way}
        withName={isNew}
        label={text(isNew ? 'account.create' : 'account.sign-in')}
        onSubmit={async (values) => {
          await (isNew ? create(values) : signIn(values))
          onSessionChange({ isAccount: true })
        }}
      />
      <p className="text-sm text-soft">
        {text(isNew ? 'account.have-one' : 'account.have-none')}{' '}
        <button
          type="button"
          className="font-medium text-accent-strong underline underline-offset-2"
          onClick={() => setChosen(isNew ? 'existing' : 'new')}
        >
          {text(isNew ? 'account.sign-in' : 'account.create')}
        </button>
      </p>
      {user && !isNew && <p className="text-xs text-faint">{text('account.sign-in.guest-warning')}</p>}
      {!user && (
        <Button tone="quiet" onClick={() => onSessionChange({ isAccount: false })}>
          {text('account.go-on-as-guest')}
        </Button>
      )}
    </div>
  )
}

function SignedIn({ user, onSignOut }: { readonly user: SystemInfo['user']; readonly onSignOut: () => void }) {
  const text = useText()
  const [failed, setFailed] = useState(false)
  return (
    <div className="space-y-4">
      <div>
        <h3 className="font-medium">{user.name}</h3>
        <p className="text-sm text-soft">{user.email}</p>
      </div>
      <Button
        data-testid="sign-out"
        onClick={() => {
          setFailed(false)
          signOut().then(onSignOut, () => setFailed(true))
        }}
      >
        {text('account.sign-out')}
      </Button>
      {failed && (
        <p className="text-sm text-danger-ink" role="alert">
          {text('failed.unreachable')}
        </p>
      )}
    </div>
  )
}
