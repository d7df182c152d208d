import { useText } from '../../i18n/use-text.ts'
import { afterSend, sendKey, spokenAnswer } from '../../preferences/preferences.ts'
import { chordToText } from '../../shortcuts/chord-to-keys.ts'
import { isMac } from '../../shortcuts/platform.ts'
import { RadioChoices } from '../../ui/radio-choices.tsx'
import { useStore } from '../../lib/use-store.ts'

/** Settings of this device for writing and reading. */
export function WritingSettings() {
  const text = useText()
  const keys = { mod: chordToText({ key: 'Enter', mod: true }, isMac) }
  return (
    <div className="space-y-6" data-testid="writing-settings">
      <p className="text-sm text-soft">{text('writing.about')}</p>
      <RadioChoices
        isList
        legend={text('writing.send-key')}
        name="send-key"
        value={useStore(sendKey)}
        onValue={sendKey.set}
        choices={sendKey.choices.map((value) => ({
          value,
          label: text(`writing.send-key.${value}`, keys),
          about: text(`writing.send-key.${value}.about`, keys),
        }))}
      />
      <RadioChoices
        isList
        legend={text('writing.after-send')}
        name="after-send"
        value={useStore(afterSend)}
        onValue={afterSend.set}
        choices={afterSend.choices.map((value) => ({
          value,
          label: text(`writing.after-send.${value}`),
          about: text(`writing.after-send.${value}.about`),
        }))}
      />
      <RadioChoices
        isList
        legend={text('writing.announce')}
        name="spoken"
        value={useStore(spokenAnswer)}
        onValue={spokenAnswer.set}
        choices={spokenAnswer.choices.map((value) => ({ value, label: text(`writing.announce.${value}`) }))}
      />
      <p className="text-xs text-faint">{text('writing.announce.always')}</p>
    </div>
  )
}
