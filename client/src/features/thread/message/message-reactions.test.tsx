// @vitest-environment happy-dom
import { I18nProvider } from '@lingui/react'
import type { Message } from '@holdfast/shared'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test, vi } from 'vitest'
import { createI18n } from '../../../i18n/i18n.ts'
import { ToastProvider } from '../../../ui/toasts.tsx'
import { MessageReactions } from './message-reactions.tsx'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
vi.mock('../../../react/trpc-react.ts', () => ({
  trpc: {
    system: { info: { useQuery: () => ({ data: { user: { id: 'ann' } } }) } },
    reactions: { set: { useMutation: () => ({ mutate: () => undefined }) } },
  },
}))

test('the focus stays at the message when the last one takes a reaction back, whose button then goes away', () => {
  const host = document.createElement('div')
  document.body.append(host)
  const message = { id: 'm', reactions: [{ reaction: 'star', userIds: ['ann'] }] } as unknown as Message
  act(() =>
    createRoot(host).render(
      <I18nProvider i18n={createI18n()}>
        <ToastProvider>
          <div data-part="message" tabIndex={-1}>
            <MessageReactions message={message} isChoosing={false} onChosen={() => undefined} />
          </div>
        </ToastProvider>
      </I18nProvider>,
    ),
  )
  const button = host.querySelector<HTMLElement>('[data-reaction=star]')
  button?.focus()
  act(() => button?.click())
  expect(document.activeElement?.getAttribute('data-part')).toBe('message')
})
