import { useId } from 'react'

export interface SwitchSettingProps {
  readonly label: string
  readonly about: string
  readonly isOn: boolean
  /** It cannot be changed here; `about` says why. */
  readonly isFixed: boolean
  readonly onChange: (isOn: boolean) => void
}

/** A setting that is on or off. */
export function SwitchSetting({ label, about, isOn, isFixed, onChange }: SwitchSettingProps) {
  const id = useId()
  return (
    <label className="flex cursor-pointer items-start gap-2.5 rounded-md border border-line px-3 py-2.5 text-sm hover:bg-hover has-disabled:cursor-default has-disabled:opacity-70 touch:min-h-11">
      <input
        type="checkbox"
        checked={isOn}
        disabled={isFixed}
        aria-describedby={id}
        className="mt-0.5 size-4 shrink-0 accent-accent"
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="min-w-0">
        {label}
        <span id={id} className="block text-xs text-soft">
          {about}
        </span>
      </span>
    </label>
  )
}
