// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { useSidebar, type Sidebar } from './use-sidebar.ts'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
afterEach(() => vi.unstubAllGlobals())

function sidebarAt(width: number, height: number): Sidebar {
  window.innerWidth = width
  window.innerHeight = height
  let sidebar: Sidebar | undefined
  function Frame() {
    sidebar = useSidebar()
    return null
  }
  const root = createRoot(document.createElement('div'))
  act(() => root.render(<Frame />))
  act(() => root.unmount())
  if (!sidebar) throw new Error('nothing was rendered')
  return sidebar
}

test('on a phone on its side the list stayed open and left half of the window to read', () => {
  expect(sidebarAt(844, 390)).toMatchObject({ isWide: false, isOpen: false })
  expect(sidebarAt(1440, 900)).toMatchObject({ isWide: true, isOpen: true })
  expect(sidebarAt(390, 844)).toMatchObject({ isWide: false, isOpen: false })
})
