// @vitest-environment happy-dom
import { I18nProvider } from '@lingui/react'
import type { SystemInfo } from '@holdfast/shared'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createI18n } from '../../i18n/i18n.ts'
import { DemoNotice } from './notices.tsx'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
beforeEach(() => {
  const forbidden = () => {
    throw new DOMException('storage is forbidden', 'SecurityError')
  }
  vi.stubGlobal('sessionStorage', new Proxy({} as Storage, { get: forbidden }))
})
afterEach(() => vi.unstubAllGlobals())

test('without storage the demo notice is shown, and can still be dismissed', () => {
  const info = { model: { demo: true } } as SystemInfo
  const host = document.createElement('div')
  const mount = () => {
    const root = createRoot(host)
    act(() =>
      root.render(
        <I18nProvider i18n={createI18n()}>
          <DemoNotice info={info} />
        </I18nProvider>,
      ),
    )
    return root
  }
  const root = mount()
  const buttons = [...host.querySelectorAll('button')]
  expect(buttons).toHaveLength(2)
  act(() => buttons.at(-1)?.click())
  expect(host.innerHTML).toBe('')
  act(() => root.unmount())
})
