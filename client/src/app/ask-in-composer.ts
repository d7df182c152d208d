import { useEffect, useState } from 'react'
import { useStore } from '../use-store.ts'
import { createValueStore } from '../value-store.ts'
import type { CarriedText } from './carried-text.ts'

const asked = createValueStore<CarriedText | null>(null)

/** Puts a text into the composer that is on the page, or on the next one that has one. */
export function askInComposer(content: string): void {
  asked.set({ content })
}

/** What goes into this page's composer: what it is told here, and what was asked elsewhere on the page. */
export function useInsertion(
  initial: () => CarriedText | null = () => null,
): readonly [CarriedText | null, (insertion: CarriedText) => void] {
  const [insertion, setInsertion] = useState(initial)
  const question = useStore(asked)
  useEffect(() => {
    if (question === null) return
    asked.set(null)
    setInsertion(question)
  }, [question])
  return [insertion, setInsertion]
}
