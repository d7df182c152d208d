import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { readOptions, signIn, signUp, upgradeGuest } from './auth-api.ts'
import { CodeForm } from './code-form.tsx'
import { CredentialsForm } from './credentials-form.tsx'
import { ForgotForm } from './forgot-form.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { ProviderButtons } from './provider-buttons.tsx'
import { RecoveryForm } from './recovery-form.tsx'

export interface GetInProps {
  /** Somebody who is a guest here already can make their account of it. */
  readonly isGuest: boolean
  /** Called when the session has changed. `isAccount`: it belongs to an account, not to a guest. */
  readonly onSessionChange: (change: { readonly isAccount: boolean }) => void
}

/** Signing in, making an account as far as this server allows, and coming back as a guest. */
export function GetIn({ isGuest, onSessionChange }: GetInProps) {
  const text = useText()
  const options = useQuery({ queryKey: ['entry-options'], queryFn: readOptions, staleTime: 0 })
  // The default form: a guest has no account yet; a signed-out user probably has one. On a first visit the guest session arrives late,
  // and the form stays as it is for somebody who has begun to fill it in.
  const [chosen, setChosen] = useState<'new' | 'existing' | 'code' | 'forgot' | null>(null)
  const [step, setStep] = useState<'pending' | 'code' | null>(null)
  const signUpMode = options.data?.signUp ?? 'open'
  const mayMake = signUpMode === 'open' || signUpMode === 'approval'
  const way = chosen ?? (isGuest && mayMake ? 'new' : 'existing')
  if (step === 'code') return <CodeForm onDone={() => onSessionChange({ isAccount: true })} onBack={() => setStep(null)} />
  if (step === 'pending') {
    return (
      <div className="space-y-3" role="status" data-testid="account-pending">
        <h3 className="font-medium">{text('account.pending')}</h3>
        <p className="text-sm text-soft">{text('account.pending.about')}</p>
        <Button
          onClick={() => {
            setStep(null)
            setChosen('existing')
            onSessionChange({ isAccount: true })
          }}
        >
          {text('account.sign-in')}
        </Button>
      </div>
    )
  }
  if (way === 'code') return <RecoveryForm onDone={() => onSessionChange({ isAccount: false })} onBack={() => setChosen(null)} />
  if (way === 'forgot') return <ForgotForm onBack={() => setChosen('existing')} />
  const isNew = way === 'new'
  const create = isGuest ? upgradeGuest : signUp
  return (
    <div className="space-y-4">
      <ProviderButtons providers={options.data?.oidc ?? []} />
      {options.data?.passkeys === true && !isNew && <PasskeyButton onIn={() => onSessionChange({ isAccount: true })} />}
      <CredentialsForm
        key={way}
        onBegin={() => setChosen(way)}
        withName={isNew}
        label={text(isNew ? 'account.create' : 'account.sign-in')}
        onSubmit={async (values) => {
          const begun = await (isNew ? create(values) : signIn(values))
          if (begun === 'signed-in') onSessionChange({ isAccount: true })
          else setStep(begun)
        }}
      />
      {!isNew && options.data?.mail === true && (
        <p className="text-sm">
          <TextButton onClick={() => setChosen('forgot')}>{text('account.forgot')}</TextButton>
        </p>
      )}
      {isNew && signUpMode === 'approval' && <p className="text-sm text-soft">{text('account.sign-up.approval')}</p>}
      {mayMake ? (
        <p className="text-sm text-soft">
          {text(isNew ? 'account.has-account' : 'account.no-account')}{' '}
          <TextButton onClick={() => setChosen(isNew ? 'existing' : 'new')}>
            {text(isNew ? 'account.sign-in' : 'account.create')}
          </TextButton>
        </p>
      ) : (
        <p className="text-sm text-soft">{text(signUpMode === 'invite' ? 'account.sign-up.invite' : 'account.sign-up.closed')}</p>
      )}
      {isGuest && (!isNew || (options.data?.oidc.length ?? 0) > 0) && (
        <p className="text-xs text-faint">{text('account.sign-in.guest-warning')}</p>
      )}
      {!isGuest && (
        <p className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
          {options.data?.guests === true && (
            <Button tone="quiet" onClick={() => onSessionChange({ isAccount: false })}>
              {text('account.continue-as-guest')}
            </Button>
          )}
          <TextButton onClick={() => setChosen('code')}>{text('account.recovery.have')}</TextButton>
        </p>
      )}
    </div>
  )
}

function TextButton({ onClick, children }: { readonly onClick: () => void; readonly children: string }) {
  return (
    <button type="button" className="font-medium text-accent-strong underline underline-offset-2" onClick={onClick}>
      {children}
    </button>
  )
}
