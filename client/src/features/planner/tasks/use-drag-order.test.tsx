// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { useDragOrder } from './use-drag-order.ts'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

afterEach(() => {
  vi.unstubAllGlobals()
})

test('a list that unmounts during a drag stops asking for frames', () => {
  const frames = new Map<number, FrameRequestCallback>()
  let lastFrame = 0
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
    lastFrame += 1
    frames.set(lastFrame, callback)
    return lastFrame
  })
  vi.stubGlobal('cancelAnimationFrame', (frame: number) => frames.delete(frame))

  function List() {
    const { listRef, handleProps } = useDragOrder(['a', 'b'], () => {})
    return (
      <ul ref={listRef}>
        <li>
          <button type="button" {...handleProps('a')} />
        </li>
      </ul>
    )
  }
  const host = document.createElement('div')
  const root = createRoot(host)
  act(() => root.render(<List />))
  act(() => {
    host.querySelector('button')?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0, pointerId: 1 }))
  })
  expect(frames.size).toBe(1)
  act(() => root.unmount())
  expect(frames.size).toBe(0)
})
