// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { guardMovedNodes } from './guard-moved-nodes.ts'

/** Wraps a text node as a page translator does. */
function translate(node: ChildNode): void {
  const wrapper = document.createElement('font')
  node.replaceWith(wrapper)
  wrapper.append(node)
}

test('a text node that a translator has wrapped is removed with its wrapper, and others are inserted before it', () => {
  guardMovedNodes()
  const parent = document.createElement('p')
  const [first, second] = [document.createTextNode('one '), document.createTextNode('two')]
  parent.append(first, second)
  translate(first)
  translate(second)
  parent.insertBefore(document.createTextNode('and '), second)
  expect(parent.textContent).toBe('one and two')
  parent.removeChild(first)
  expect(parent.textContent).toBe('and two')
  parent.removeChild(first)
  parent.insertBefore(document.createTextNode('!'), first)
  expect(parent.textContent).toBe('and two!')
})
