// @vitest-environment happy-dom
import { I18nProvider } from '@lingui/react'
import { act, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test, vi } from 'vitest'
import { createI18n } from '../../../i18n/i18n.ts'
import { MessageBoundary } from './message-boundary.tsx'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
const i18n = createI18n()

function mount(content: ReactNode) {
  const host = document.createElement('div')
  act(() =>
    createRoot(host, { onCaughtError: () => undefined }).render(
      <I18nProvider i18n={i18n}>
        <MessageBoundary source="# the source">{content}</MessageBoundary>
        <p>another message</p>
      </I18nProvider>,
    ),
  )
  return host
}

test('a message that fails to render shows its source, and the others stay', () => {
  const host = mount(<Throws error={() => new RangeError('too deep')} />)
  expect(host.querySelector('pre')?.textContent).toBe('# the source')
  expect(host.textContent).toContain('another message')
})

test('a message whose elements another program has moved is rendered again', () => {
  const error = vi.fn<() => Error | null>(() => null)
  const broken = new DOMException('removeChild', 'NotFoundError')
  // React renders a failed tree a second time before it asks the boundary.
  error.mockReturnValueOnce(broken).mockReturnValueOnce(broken)
  expect(mount(<Throws error={error} />).textContent).toBe('drawnanother message')
})

test('a message that keeps failing shows its source', () => {
  const host = mount(<Throws error={() => new DOMException('removeChild', 'NotFoundError')} />)
  expect(host.querySelector('pre')?.textContent).toBe('# the source')
})

function Throws({ error }: { readonly error: () => Error | null }) {
  const thrown = error()
  if (thrown) throw thrown
  return 'drawn'
}
