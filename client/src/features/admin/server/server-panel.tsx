import type { ServerSettings, SignUpMode } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { RadioChoices } from '../../../ui/radio-choices.tsx'
import { FailedPanel } from '../failed-panel.tsx'
import { LoadingPanel } from '../loading-panel.tsx'
import { ServerFacts } from './server-facts.tsx'
import { SwitchSetting } from './switch-setting.tsx'
import { useFailureToast } from '../../../react/use-failure-toast.ts'

const signUpModes = ['open', 'approval', 'invite', 'closed'] as const satisfies readonly SignUpMode[]

type Choices = Partial<Pick<ServerSettings, 'signUp' | 'guests' | 'ownKeys'>>

/** The server itself, and who gets in. */
export function ServerPanel() {
  const text = useText()
  const showFailure = useFailureToast()
  const utils = trpc.useUtils()
  const query = trpc.admin.settings.get.useQuery(undefined, { refetchOnMount: 'always' })
  const update = trpc.admin.settings.update.useMutation()
  /** What was chosen and is being saved. */
  const [chosen, setChosen] = useState<Choices>({})
  if (query.isPending) return <LoadingPanel />
  if (!query.data) return <FailedPanel error={query.error} onTryAgain={() => void query.refetch()} />

  const { fixed } = query.data
  const settings = { ...query.data.settings, ...chosen }
  const change = (changes: Choices) => {
    setChosen({ ...chosen, ...changes })
    update.mutate(changes, {
      onSuccess: (saved) => utils.admin.settings.get.setData(undefined, saved),
      onError: (error) => {
        showFailure(error)
        void utils.admin.settings.get.invalidate()
      },
      onSettled: () => setChosen({}),
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
