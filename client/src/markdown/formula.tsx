import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { loadUntilThere } from '../lib/load-until-there.ts'
import type { typeset as typesetFormula } from './typeset.ts'

interface FormulaProps {
  readonly value?: string
  readonly source?: string
  readonly isDisplay?: boolean
}

type Typesetter = typeof typesetFormula

let typesetter: Typesetter | null = null
let loading: Promise<Typesetter> | null = null

/** One load for all formulas of the page. */
function loadTypesetter(): Promise<Typesetter> {
  return (loading ??= loadUntilThere(async () => (typesetter = (await import('./typeset.ts')).typeset)))
}

/** A typeset formula. Renders its source until KaTeX is loaded, and if KaTeX rejects it. */
export function Formula({ value = '', source = '', isDisplay = false }: FormulaProps) {
  const ref = useRef<HTMLSpanElement>(null)
  const [typeset, setTypeset] = useState<Typesetter | null>(() => typesetter)
  useEffect(() => {
    if (typeset) return
    let isGone = false
    void loadTypesetter().then((loaded) => {
      if (!isGone) setTypeset(() => loaded)
    })
    return () => {
      isGone = true
    }
  }, [typeset])
  // KaTeX builds elements, not an HTML string. A layout effect sets them before the frame is painted.
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const isSet = typeset !== null && value.trim() !== '' && typeset(value, element, isDisplay)
    element.dataset['state'] = isSet ? 'set' : 'source'
    if (!isSet) element.textContent = source
  }, [typeset, value, source, isDisplay])
  return (
    <span
      ref={ref}
      dir="ltr"
      className={`formula ${isDisplay ? 'formula-display' : ''}`}
      {...(isDisplay ? { role: 'group', tabIndex: 0 } : {})}
    />
  )
}
