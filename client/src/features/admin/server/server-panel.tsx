import type { AdminSettingsChanges, SignUpMode } from '@holdfast/shared'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { errorToFailure } from '../../../sdk/transport/failure.ts'
import { RadioChoices } from '../../../ui/radio-choices.tsx'
import { useToast } from '../../../ui/toasts.tsx'
import { FailedPanel } from '../failed-panel.tsx'
import { LoadingPanel } from '../loading-panel.tsx'
import { ServerFacts } from './server-facts.tsx'
import { SwitchSetting } from './switch-setting.tsx'

const signUpModes = ['open', 'approval', 'invite', 'closed'] as const satisfies readonly SignUpMode[]

/** The server itself, and who gets in. */
export function ServerPanel() {
  const text = useText()
  const toast = useToast()
  const utils = trpc.useUtils()
  const query = trpc.admin.settings.get.useQuery(undefined, { refetchOnMount: 'always' })
  const update = trpc.admin.settings.update.useMutation()
  if (query.isPending) return <LoadingPanel />
  if (!query.data) return <FailedPanel error={query.error} onTryAgain={() => void query.refetch()} />

  const { settings, fixed } = query.data
  const change = (changes: AdminSettingsChanges) => {
    utils.admin.settings.get.setData(undefined, { settings: { ...settings, ...toDefined(changes) }, fixed })
    update.mutate(changes, {
      onSuccess: (saved) => utils.admin.settings.get.setData(undefined, saved),
      onError: (error) => {
        const { kind, message } = errorToFailure(error)
        toast({ tone: 'danger', text: kind === 'refused' ? message : text('failed.unreachable') })
        void utils.admin.settings.get.invalidate()
      },
    })
  }
  const isFixed = (key: 'signUp' | 'guests' | 'ownKeys') => fixed.includes(key)
  return (
    <div className="space-y-8" data-testid="server-panel">
      <ServerFacts />
      <div className="space-y-5">
        <h2 className="font-medium">{text('admin.access')}</h2>
        <fieldset disabled={isFixed('signUp')} className="space-y-2 disabled:opacity-70">
          <RadioChoices<SignUpMode>
            legend={text('admin.sign-up')}
            name="sign-up"
            isList
            choices={signUpModes.map((value) => ({
              value,
              label: text(`admin.sign-up.${value}`),
              about: text(`admin.sign-up.${value}.about`),
            }))}
            value={settings.signUp}
            onValue={(signUp) => change({ signUp })}
          />
          {isFixed('signUp') && <p className="text-xs text-soft">{text('admin.fixed', { name: 'SIGN_UP' })}</p>}
        </fieldset>
        <SwitchSetting
          label={text('admin.guests')}
          about={isFixed('guests') ? text('admin.fixed', { name: 'GUESTS' }) : text('admin.guests.about')}
          isOn={settings.guests}
          isFixed={isFixed('guests')}
          onChange={(guests) => change({ guests })}
        />
        <SwitchSetting
          label={text('admin.own-keys')}
          about={text('admin.own-keys.about')}
          isOn={settings.ownKeys}
          isFixed={isFixed('ownKeys')}
          onChange={(ownKeys) => change({ ownKeys })}
        />
      </div>
    </div>
  )
}

/** The changes without members that are undefined. */
function toDefined({ signUp, guests, ownKeys }: AdminSettingsChanges) {
  return {
    ...(signUp === undefined ? {} : { signUp }),
    ...(guests === undefined ? {} : { guests }),
    ...(ownKeys === undefined ? {} : { ownKeys }),
  }
}
