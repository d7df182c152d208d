import { Monitor, Moon, Sun } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import { textSize, themeChoice, type ThemeChoice } from '../../preferences/preferences.ts'
import { RadioChoices } from '../../ui/radio-choices.tsx'
import { useStore } from '../../lib/use-store.ts'

const themeIcons: Readonly<Record<ThemeChoice, typeof Sun>> = { system: Monitor, light: Sun, dark: Moon }
const sizes = ['small', 'normal', 'large', 'larger'] as const
const letterSizes = { small: 'text-[0.8rem]', normal: 'text-base', large: 'text-[1.2rem]', larger: 'text-[1.4rem]' }

/** Appearance settings of this device. */
export function AppearanceSettings() {
  const text = useText()
  const theme = useStore(themeChoice)
  const size = useStore(textSize)
  return (
    <div className="space-y-6" data-testid="appearance-settings">
      <RadioChoices
        legend={text('appearance.theme')}
        name="theme"
        value={theme}
        onValue={themeChoice.set}
        choices={themeChoice.choices.map((value) => {
          const Icon = themeIcons[value]
          const icon = <Icon size={18} aria-hidden className={theme === value ? 'text-accent-strong' : 'text-faint'} />
          return { value, label: text(`appearance.theme.${value}`), icon }
        })}
      />
      <RadioChoices
        legend={text('appearance.text-size')}
        name="text-size"
        value={size}
        onValue={textSize.set}
        choices={sizes.map((value) => ({
          value,
          label: text(`appearance.text-size.${value}`),
          icon: (
            <span aria-hidden className={`leading-none font-medium ${letterSizes[value]}`}>
              Aa
            </span>
          ),
        }))}
      />
    </div>
  )
}
