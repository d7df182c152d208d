import type { SystemInfo } from '@holdfast/shared'
import { useState } from 'react'
import { forgetSyncedDrafts } from '../../drafts/draft-storage.ts'
import { useText } from '../../i18n/use-text.ts'
import { openDeviceStorage } from '../../lib/device-storage.ts'
import { Button } from '../../ui/button.tsx'
import { CredentialsForm } from './credentials-form.tsx'
import { signIn, signOut, signUp, upgradeGuest } from './auth-api.ts'

export interface AccountSettingsProps {
  /** Null while signed out. */
  readonly user: SystemInfo['user'] | null
  /** Called when the session has changed. `isAccount`: it belongs to an account, not to a guest. */
  readonly onSessionChange: (change: { readonly isAccount: boolean }) => void
}

/** The current user, with forms to sign in, sign up and sign out. */
export function AccountSettings({ user, onSessionChange }: AccountSettingsProps) {
  const text = useText()
  // The default form: a guest has no account yet; a signed-out user probably has one. On a first visit the guest session arrives late.
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
        {text(isNew ? 'account.has-account' : 'account.no-account')}{' '}
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
          {text('account.continue-as-guest')}
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
          signOut().then(
            () => {
              onSignOut()
              forgetSyncedDrafts(openDeviceStorage(), user.id)
            },
            () => setFailed(true),
          )
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
