import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { renderSVG } from 'uqr'
import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { Field } from '../../ui/field.tsx'
import { ActionForm } from './action-form.tsx'
import { beginTwoStep, endTwoStep, isTwoStep, readWays, replaceBackupCodes, sendCode } from './auth-api.ts'
import { codeProblem } from './code-problem.ts'

/** Turns the codes of an authenticator app on and off, as the second step of a sign-in with a password. */
export function TwoStep() {
  const text = useText()
  const utils = trpc.useUtils()
  const state = useQuery({ queryKey: ['two-step'], queryFn: isTwoStep, staleTime: 0 })
  const ways = useQuery({ queryKey: ['account-ways'], queryFn: readWays, staleTime: 0 })
  const [begun, setBegun] = useState<{ readonly totpURI: string; readonly backupCodes: readonly string[] } | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const toProblem = (error: unknown) => codeProblem(text, error)
  // Somebody who comes by a provider alone has no password that a second step could follow.
  if (state.data === undefined || ways.data?.some(({ providerId }) => providerId === 'credential') !== true) return null
  const isOn = state.data
  return (
    <section className="space-y-3" aria-label={text('account.two-step')} data-testid="two-step">
      <div>
        <h3 className="font-medium">{text('account.two-step')}</h3>
        <p className="mt-0.5 text-sm text-soft">{text(isOn ? 'account.two-step.is-on' : 'account.two-step.about')}</p>
      </div>
      {codes !== null && <RecoveryCodes codes={codes} />}
      {isOn && (
        <div className="flex flex-wrap gap-2">
          <ActionForm
            title={text('account.two-step.new-codes')}
            about={text('account.two-step.new-codes.about')}
            submit={text('account.two-step.new-codes')}
            testId="two-step-codes"
            toProblem={toProblem}
            onSubmit={async (read) => {
              setCodes(await replaceBackupCodes(read('password')))
              return null
            }}
          >
            <Password />
          </ActionForm>
          <ActionForm
            title={text('account.two-step.off')}
            submit={text('account.two-step.off')}
            tone="danger"
            testId="two-step-off"
            toProblem={toProblem}
            onSubmit={async (read) => {
              await endTwoStep(read('password'))
              setCodes(null)
              await state.refetch()
              return text('account.two-step.is-off')
            }}
          >
            <Password />
          </ActionForm>
        </div>
      )}
      {!isOn && begun === null && (
        <ActionForm
          title={text('account.two-step.on')}
          about={text('account.two-step.on.about')}
          submit={text('account.two-step.next')}
          testId="two-step-on"
          toProblem={toProblem}
          onSubmit={async (read) => {
            setBegun(await beginTwoStep(read('password')))
            return null
          }}
        >
          <Password />
        </ActionForm>
      )}
      {!isOn && begun !== null && (
        <ActionForm
          isOpenAtFirst
          title={text('account.two-step.scan')}
          about={text('account.two-step.scan.about')}
          submit={text('account.two-step.on')}
          testId="two-step-confirm"
          toProblem={toProblem}
          onCancel={() => setBegun(null)}
          onSubmit={async (read) => {
            await sendCode(read('code'), 'app')
            setCodes(begun.backupCodes)
            setBegun(null)
            await Promise.all([state.refetch(), utils.account.sessions.list.invalidate()])
            return null
          }}
        >
          <Secret uri={begun.totpURI} />
          <Field
            label={text('account.two-step.code')}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            maxLength={40}
          />
        </ActionForm>
      )}
    </section>
  )
}

function Password() {
  const text = useText()
  return (
    <Field label={text('account.password.current')} name="password" type="password" autoComplete="current-password" required />
  )
}

/** The picture for an app on another device, and the key for one that cannot see it. */
function Secret({ uri }: { readonly uri: string }) {
  const text = useText()
  const [picture] = useState(() => `data:image/svg+xml,${encodeURIComponent(renderSVG(uri))}`)
  return (
    <>
      <img src={picture} alt={text('account.two-step.picture')} width={180} height={180} className="rounded-md bg-white p-2" />
      <Copyable
        label={text('account.two-step.key')}
        content={new URL(uri).searchParams.get('secret') ?? ''}
        testId="two-step-key"
      />
    </>
  )
}

function RecoveryCodes({ codes }: { readonly codes: readonly string[] }) {
  const text = useText()
  return (
    <div className="space-y-2" role="status">
      <Copyable label={text('account.two-step.recovery-codes')} content={codes.join('\n')} testId="two-step-recovery-codes" />
      <p className="text-xs text-soft">{text('account.two-step.recovery-codes.keep')}</p>
    </div>
  )
}
