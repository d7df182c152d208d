/**
 * How something that lives is doing. `generating` breathes, `reconnecting` is dashed, `background` is steady and grey, `waiting` is
 * amber, `broken` is red and interrupted. Null: it is done, and nothing is drawn.
 */
export type LivingLineState = 'generating' | 'reconnecting' | 'background' | 'waiting' | 'broken' | null

/** Decoration: what it says must also be said in words nearby. */
export function LivingLine({ state, className = '' }: { readonly state: LivingLineState; readonly className?: string }) {
  if (state === null) return null
  return <span aria-hidden className={`living-line ${className}`} data-state={state} />
}
