import '../../i18n/later-english.ts'
import type { SystemInfo } from '@holdfast/shared'
import { useState } from 'react'
import { forgetSyncedDrafts } from '../../drafts/draft-storage.ts'
import { useText } from '../../i18n/use-text.ts'
import { openDeviceStorage } from '../../lib/device-storage.ts'
import { Button } from '../../ui/button.tsx'
import { signOut } from './auth-api.ts'
import { ChangePassword } from './change-password.tsx'
import { ChangeProfile } from './change-profile.tsx'
import { ConnectedProviders } from './connected-providers.tsx'
import { DeleteAccount } from './delete-account.tsx'
import { GetIn } from './get-in.tsx'
import { PasskeyList } from './passkey-list.tsx'
import { RecoveryCode } from './recovery-code.tsx'
import { SessionList } from './session-list.tsx'
import { TwoStep } from './two-step.tsx'
import { Problem } from '../../ui/problem.tsx'

export interface AccountSettingsProps {
  /** Null while signed out. */
  readonly user: SystemInfo['user'] | null
  /** Called when the session has changed. `isAccount`: it belongs to an account, not to a guest. */
  readonly onSessionChange: (change: { readonly isAccount: boolean }) => void
}

/** The current user: signing in, up and out, and what they can change about themselves. */
export function AccountSettings({ user, onSessionChange }: AccountSettingsProps) {
  const text = useText()
  const onGone = () => onSessionChange({ isAccount: false })
  if (user && !user.isGuest) {
    return (
      <div className="space-y-7">
        <SignedIn user={user} onSignOut={onGone} />
        <ChangeProfile user={user} />
        <ChangePassword />
        <TwoStep />
        <PasskeyList />
        <ConnectedProviders />
        <SessionList />
        <DeleteAccount confirmation={user.email ?? ''} onDeleted={onGone} />
      </div>
    )
  }
  return (
    <div className="space-y-7">
      <div className="space-y-4">
        {user ? (
          <div>
            <h3 className="font-medium">{text('account.guest')}</h3>
            <p className="mt-1 text-sm text-soft">{text('account.guest.about')}</p>
          </div>
        ) : (
          <p className="text-sm text-soft">{text('account.signed-out.about')}</p>
        )}
        <GetIn isGuest={user !== null} onSessionChange={onSessionChange} />
      </div>
      {user && (
        <>
          <RecoveryCode />
          <DeleteAccount confirmation="guest" onDeleted={onGone} />
        </>
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
      {failed && <Problem>{text('failed.unreachable')}</Problem>}
    </div>
  )
}
