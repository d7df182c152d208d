import './bench.css'
import { I18nProvider } from '@lingui/react'
import { useState, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import type { ThreadActions } from '../../src/features/thread/index.ts'
import { Thread } from '../../src/features/thread/thread.tsx'
import { createI18n } from '../../src/i18n/i18n.ts'
import { AnnouncerProvider } from '../../src/ui/announcer.tsx'
import { GrowingTextArea } from '../../src/ui/growing-text-area.tsx'
import { ToastProvider } from '../../src/ui/toasts.tsx'
import { useStore } from '../../src/lib/use-store.ts'
import { benchText, createBenchConversation, type BenchConversation } from './bench-conversation.ts'

const i18n = createI18n()
const nothing = () => undefined
const actions: ThreadActions = {
  stop: nothing,
  continueAnswer: nothing,
  regenerate: nothing,
  edit: nothing,
  selectBranch: nothing,
  selectNewest: nothing,
  takeBack: nothing,
  discard: nothing,
  withdraw: nothing,
  decide: nothing,
  copyPlain: nothing,
  readAloud: nothing,
  copyLink: nothing,
  fork: nothing,
  remove: nothing,
  undoPlans: nothing,
  showItem: nothing,
}
const root = createRoot(document.getElementById('root') ?? document.body)
const conversations = new Map<string, BenchConversation>()

function Page({ conversation }: { readonly conversation: BenchConversation }): ReactNode {
  const { store } = conversation
  const view = useStore({ get: store.getState, subscribe: store.subscribe })
  return <Thread view={view} actions={actions} onLoadEarlier={store.loadEarlier} />
}

function Composer(): ReactNode {
  const [content, setContent] = useState('')
  return (
    <GrowingTextArea
      value={content}
      onValue={setContent}
      label="Message"
      className="w-full"
      onSend={nothing}
      testId="composer-input"
    />
  )
}

/** Makes a conversation, without showing it. */
function make(name: string, loaded: number, options?: Parameters<typeof createBenchConversation>[2]): void {
  conversations.set(name, createBenchConversation(name, loaded, options))
}

/** Shows a conversation; gives how long it took until it was painted, in milliseconds. */
async function show(name: string): Promise<number> {
  const conversation = conversations.get(name)
  if (!conversation) throw new Error(`there is no conversation "${name}"`)
  const started = performance.now()
  root.render(
    <I18nProvider i18n={i18n}>
      <AnnouncerProvider>
        <ToastProvider>
          <div className="flex h-full flex-col">
            <Page key={name} conversation={conversation} />
            <Composer />
          </div>
        </ToastProvider>
      </AnnouncerProvider>
    </I18nProvider>,
  )
  await painted()
  return performance.now() - started
}

const wordsPerFrame = 'and the swell goes by, '

/** Writes into an answer, a delta for each frame; looks at each frame after it was painted. */
async function stream(
  name: string,
  answerId: string,
  frames: number,
): Promise<{ readonly gapPx: number; readonly driftPx: number }> {
  const conversation = conversations.get(name)
  const scroller = document.querySelector<HTMLElement>('[data-testid=thread]')
  if (!conversation || !scroller) throw new Error('nothing is shown')
  const isFollowing = scroller.dataset['following'] === 'true'
  const row = firstInSight(scroller)
  const top = row?.getBoundingClientRect().top ?? 0
  let gapPx = 0
  let driftPx = 0
  for (let frame = 0; frame < frames; frame += 1) {
    conversation.writeMore(answerId, frame % 12 === 11 ? '\n\n' : wordsPerFrame)
    await painted()
    if (isFollowing) gapPx = Math.max(gapPx, scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight)
    else if (row) driftPx = Math.max(driftPx, Math.abs(row.getBoundingClientRect().top - top))
  }
  return { gapPx, driftPx }
}

/** Writes deltas without watching frames: their cost is measured from outside. */
async function streamBlindly(name: string, answerId: string, frames: number): Promise<void> {
  for (let frame = 0; frame < frames; frame += 1) {
    conversations.get(name)?.writeMore(answerId, frame % 12 === 11 ? '\n\n' : wordsPerFrame)
    await new Promise(requestAnimationFrame)
  }
}

/** Loads pages above; gives by how much what is read has moved at most, in pixels. */
async function prepend(name: string, pages: number): Promise<number> {
  const scroller = document.querySelector<HTMLElement>('[data-testid=thread]')
  const row = scroller && firstInSight(scroller)
  const top = row?.getBoundingClientRect().top ?? 0
  let shiftPx = 0
  for (let page = 0; page < pages; page += 1) {
    await conversations.get(name)?.store.loadEarlier()
    for (let frame = 0; frame < 4; frame += 1) {
      await painted()
      shiftPx = Math.max(shiftPx, row?.isConnected ? Math.abs(row.getBoundingClientRect().top - top) : Number.POSITIVE_INFINITY)
    }
  }
  return shiftPx
}

/** Watches every frame until the returned function is called: it gives the largest move up while the reader goes up, in pixels. */
function watchReversals(): () => number {
  let reversalPx = 0
  let isOver = false
  let before = new Map<Element, number>()
  const look = async () => {
    while (!isOver) {
      await painted()
      const now = new Map([...document.querySelectorAll('[data-row]')].map((row) => [row, row.getBoundingClientRect().top]))
      for (const [row, top] of now) reversalPx = Math.max(reversalPx, (before.get(row) ?? top) - top)
      before = now
    }
  }
  void look()
  return () => {
    isOver = true
    return reversalPx
  }
}

function firstInSight(scroller: HTMLElement): HTMLElement | undefined {
  const { top } = scroller.getBoundingClientRect()
  return [...scroller.querySelectorAll<HTMLElement>('[data-message-id]')].find(
    (row) => row.getBoundingClientRect().bottom > top + 1,
  )
}

/** After the next frame was laid out and painted. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener('message', () => resolve(), { once: true })
      port1.start()
      port2.postMessage(null)
    })
  })
}

Object.assign(window, {
  bench: {
    make,
    show,
    stream,
    streamBlindly,
    prepend,
    watchReversals,
    begin: (name: string) => conversations.get(name)?.beginAnswer(),
    text: benchText,
    count: (name: string) => conversations.get(name)?.store.getState().messages.length,
  },
})
