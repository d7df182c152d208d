import { lazy, Suspense, useState, type ComponentType, type LazyExoticComponent, type ReactNode } from 'react'
import { FailedPart } from './failed-part.tsx'
import { PartBoundary } from './part-boundary.tsx'

export interface LazyPartOptions<Props> {
  /** Shown until its code is there; nothing, if not given. */
  readonly waiting?: (props: Props) => ReactNode
  /** It lies over the page, and is closed like this. */
  readonly close?: (props: Props) => () => void
}

export interface LazyPart<Props> {
  (props: Props): ReactNode
  /** Fetches its code before it is shown. */
  readonly load: () => Promise<unknown>
}

const loaders: (() => Promise<unknown>)[] = []

/**
 * A part of the page whose code is fetched when it is first shown, or when the page has nothing else to do. When that fails, it says
 * so in its place and can be tried again.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  { waiting, close }: LazyPartOptions<Props> = {},
): LazyPart<Props> {
  let loaded: ComponentType<Props> | null = null
  const loadOnce = async () => (loaded ??= await load())
  loaders.push(loadOnce)
  // Once it is there it is shown at once, without the moment in which something else would be seen.
  const make = (): ComponentType<Props> | LazyExoticComponent<ComponentType<Props>> =>
    loaded ?? lazy(async () => ({ default: await loadOnce() }))
  function LazyPart(props: Props) {
    const [Part, setPart] = useState(make)
    const fallback = (tryAgain: () => void) => (
      <FailedPart
        onTryAgain={() => {
          setPart(make)
          tryAgain()
        }}
        onClose={close?.(props)}
      />
    )
    return (
      <PartBoundary fallback={fallback}>
        <Suspense fallback={waiting?.(props) ?? null}>
          <Part {...props} />
        </Suspense>
      </PartBoundary>
    )
  }
  return Object.assign(LazyPart, { load: loadOnce })
}

/**
 * Fetches every part while the server that made this page is there: after a deploy, or without a network, they can be shown all the
 * same. A part that cannot be had now is fetched when it is shown.
 */
export async function loadParts(): Promise<void> {
  // Parts of parts join the list while it is walked.
  for (const load of loaders) await load().catch(() => undefined)
}
