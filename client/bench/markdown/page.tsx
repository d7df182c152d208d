import './bench.css'
import { I18nProvider } from '@lingui/react'
import type { ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { createI18n } from '../../src/i18n/i18n.ts'
import { createCorpus, type CorpusName } from './corpus.ts'
import { renderers } from './renderers.tsx'

export interface StreamRequest {
  readonly renderer: string
  readonly corpus: CorpusName
  readonly length: number
}

export interface StreamResult {
  readonly commits: number
  readonly frameMs: readonly number[]
  readonly commitMs: readonly number[]
}

const charactersPerFrame = 400
const i18n = createI18n()

/** Each frame gets 400 characters and does one commit: the same work for every renderer. */
async function streamFixed({ renderer, corpus, length }: StreamRequest): Promise<StreamResult> {
  const text = createCorpus(corpus, length)
  const screen = openScreen(renderer)
  const commitMs: number[] = []
  const frameMs: number[] = []
  let last = performance.now()
  for (let end = charactersPerFrame; ; end += charactersPerFrame) {
    const now = await nextFrame(() => {
      const started = performance.now()
      screen.show(text.slice(0, end), end < text.length)
      commitMs.push(performance.now() - started)
    })
    frameMs.push(now - last)
    last = now
    if (end >= text.length) break
  }
  await nextFrame(() => undefined)
  return { commits: commitMs.length, frameMs: frameMs.slice(1), commitMs }
}

/** 40 characters each 4 ms, as they would come; each frame shows what has come. Slow renderers lose frames. */
async function streamPaced({ renderer, corpus, length }: StreamRequest): Promise<StreamResult> {
  const text = createCorpus(corpus, length)
  const screen = openScreen(renderer)
  const commitMs: number[] = []
  const frameMs: number[] = []
  const started = performance.now()
  let last = started
  let shown = 0
  while (shown < text.length) {
    const now = await nextFrame((time) => {
      const due = Math.min(text.length, Math.floor((time - started) / 4) * 40)
      if (due <= shown) return
      shown = due
      const before = performance.now()
      screen.show(text.slice(0, shown), shown < text.length)
      commitMs.push(performance.now() - before)
    })
    frameMs.push(now - last)
    last = now
  }
  return { commits: commitMs.length, frameMs: frameMs.slice(1), commitMs }
}

interface Screen {
  readonly show: (text: string, isGrowing: boolean) => void
}

/** A scroller that stays at its end, as a conversation does. */
function openScreen(renderer: string): Screen {
  const render = renderers[renderer]
  const host = document.getElementById('root')
  if (!render || !host) throw new Error(`there is no renderer "${renderer}"`)
  host.style.cssText = 'height: 100vh; overflow-y: auto; overflow-anchor: none'
  const content = document.createElement('div')
  content.style.cssText = 'max-width: 46rem; margin: 0 auto; padding: 1rem'
  host.append(content)
  new ResizeObserver(() => (host.scrollTop = host.scrollHeight)).observe(content)
  const root = createRoot(content)
  const wrap = (node: ReactNode) => <I18nProvider i18n={i18n}>{node}</I18nProvider>
  return { show: (text, isGrowing) => flushSync(() => root.render(wrap(render(text, isGrowing)))) }
}

function nextFrame(act: (time: number) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    requestAnimationFrame((time) => {
      try {
        act(performance.now())
        resolve(time)
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  })
}

Object.assign(window, { bench: { streamFixed, streamPaced } })
