import { lazy, Suspense, useState, type ComponentType, type LazyExoticComponent, type ReactNode } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { FailedPart } from './failed-part.tsx'
import { LoadAgain } from './load-again.tsx'
import { isForeignChange, maxRedraws, Redraw } from './redraw.tsx'

export interface LazyPartOptions<Props> {
  /** Rendered until the code is loaded; nothing by default. */
  readonly waiting?: (props: Props) => ReactNode
  /** For a part that overlays the page: returns what closes it. The notice of a failed load then overlays the page, too. */
  readonly close?: (props: Props) => () => void
  /** For a part that nobody has asked for: while its code cannot be loaded, what waits for it stays, without a notice. */
  readonly isQuiet?: boolean
}

export interface LazyPart<Props> {
  (props: Props): ReactNode
  /** Loads the code ahead of the first render. Rejects when it cannot be fetched. */
  readonly load: () => Promise<unknown>
}

/** The code of a part could not be fetched. */
class LoadError extends Error {}

const toLoadError = (cause: unknown): never => {
  throw new LoadError(cause instanceof Error ? cause.message : String(cause), { cause })
}

const loaders: (() => Promise<unknown>)[] = []

/**
 * A component whose code is loaded on its first render, or by `loadParts`. If loading fails, or if the component throws, a notice
 * with a retry button takes its place; a load that failed is also tried again by itself. After another program has changed its elements
 * the part is drawn again. React's `lazy` alone keeps a failed import, so a retry makes a new lazy component.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  { waiting, close, isQuiet = false }: LazyPartOptions<Props> = {},
): LazyPart<Props> {
  let loaded: ComponentType<Props> | null = null
  const loadOnce = async () => (loaded ??= await load().catch(toLoadError))
  loaders.push(loadOnce)
  // A loaded component renders directly: `lazy` would suspend for a moment and show the fallback.
  const make = (): ComponentType<Props> | LazyExoticComponent<ComponentType<Props>> =>
    loaded ?? lazy(async () => ({ default: await loadOnce() }))
  function LazyPart(props: Props) {
    const [Part, setPart] = useState(make)
    const [redraws, setRedraws] = useState(0)
    return (
      <ErrorBoundary
        onReset={() => setPart(make)}
        fallbackRender={({ error, resetErrorBoundary }) =>
          isForeignChange(error) && redraws < maxRedraws ? (
            <Redraw
              onRedraw={() => {
                setRedraws(redraws + 1)
                resetErrorBoundary()
              }}
            />
          ) : (
            <>
              {error instanceof LoadError && <LoadAgain load={loadOnce} onLoaded={resetErrorBoundary} />}
              {error instanceof LoadError && isQuiet ? (
                waiting?.(props)
              ) : (
                <FailedPart onTryAgain={resetErrorBoundary} onClose={close?.(props)} />
              )}
            </>
          )
        }
      >
        <Suspense fallback={waiting?.(props) ?? null}>
          <Part {...props} />
        </Suspense>
      </ErrorBoundary>
    )
  }
  return Object.assign(LazyPart, { load: loadOnce })
}

/**
 * Loads every part while the server that built this page is reachable, so that parts still open offline or after a deployment. Waits while
 * there is no network. Where data is to be saved, each part is loaded on its first render only, and so is a part that fails to load here.
 */
export async function loadParts(): Promise<void> {
  if (savesData()) return
  // A part may register parts of its own while this loop runs.
  for (const load of loaders) {
    if (!navigator.onLine) await new Promise((resolve) => window.addEventListener('online', resolve, { once: true }))
    await load().catch(() => undefined)
  }
}

/** The data saver of the browser or the device is on. Chromium alone tells. */
function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true
}
