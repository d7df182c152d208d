import { Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { chooseTheme, readThemeChoice, type ThemeChoice } from './theme.ts'

const choices = [
  { value: 'system', icon: Monitor },
  { value: 'light', icon: Sun },
  { value: 'dark', icon: Moon },
] as const

export function AppearanceSettings() {
  const text = useText()
  const [choice, setChoice] = useState<ThemeChoice>(readThemeChoice)
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">{text('appearance.theme')}</legend>
      <div className="grid grid-cols-3 gap-2">
        {choices.map(({ value, icon: Icon }) => (
          <label
            key={value}
            className={`flex cursor-pointer flex-col items-center gap-1.5 rounded-md border px-3 py-3 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent ${choice === value ? 'border-accent bg-accent-wash' : 'border-line hover:bg-hover'}`}
          >
            <input
              type="radio"
              name="theme"
              value={value}
              checked={choice === value}
              className="sr-only"
              onChange={() => {
                setChoice(value)
                chooseTheme(value)
              }}
            />
            <Icon size={18} aria-hidden className={choice === value ? 'text-accent-strong' : 'text-faint'} />
            {text(`appearance.theme.${value}`)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
