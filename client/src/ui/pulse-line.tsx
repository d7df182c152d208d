/**
 * `generating` pulses, `reconnecting` is dashed, `background` is steady and grey, `waiting` is amber, `broken` is red and interrupted.
 * Null renders nothing.
 */
export type PulseLineState = 'generating' | 'reconnecting' | 'background' | 'waiting' | 'broken' | null

/** A line that shows a state. It is decoration: text nearby must say the same. */
export function PulseLine({ state, className = '' }: { readonly state: PulseLineState; readonly className?: string }) {
  if (state === null) return null
  return <span aria-hidden className={`pulse-line ${className}`} data-state={state} />
}
