// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { toMessage } from '../../../../test/fake-log-server.ts'
import { createFinder } from './find-in-messages.ts'
import { foldText } from './fold-text.ts'
import { findMatchRanges } from './match-ranges.ts'

function find(html: string, query: string): string[] {
  const row = document.createElement('div')
  row.innerHTML = `<div data-part="message-content">${html}</div>`
  document.body.replaceChildren(row)
  return findMatchRanges(row, foldText(query).trim()).map((range) => range.toString())
}

test('"cafe" marks "café" as it is written, also where folding changes lengths', () => {
  expect(find('<p>A Café, a cafe\u0301 and a <b>ca</b>fé.</p>', 'cafe')).toEqual(['Café', 'cafe\u0301', 'café'])
  expect(find('<p>Große ﬁsche</p>', 'grosse fis')).toEqual(['Große ﬁs'])
  expect(find('<p>가나 とうきょう</p>', 'とう')).toEqual(['とう'])
})

test('a match may cross inline elements and white space, not two blocks without space between their words', () => {
  expect(find('<p>held\n   <i>fast</i></p><p>again</p>', 'held fast')).toEqual(['held\n   fast'])
  expect(find('<p>one</p><p>two</p>', 'onetwo')).toEqual([])
})

test('buttons and tool calls are not searched', () => {
  expect(find('<p>kelp</p><button>kelp</button><div data-part="tool-call">kelp</div>', 'kelp')).toEqual(['kelp'])
})

test('Find marked a place in the open thoughts, which it does not count', () => {
  const thoughts = '<div data-part="reasoning"><button>Thought for 2 s</button><div><p>postgres or not postgres</p></div></div>'
  const answer = 'Use postgres. With postgres, <code>postgres</code>.'
  const ranges = find(`${thoughts}<p>${answer}</p>`, 'postgres')
  const row = document.body.firstElementChild
  expect(ranges).toHaveLength(createFinder('postgres')([toMessage('a', { role: 'assistant', content: answer })]).total)
  expect(row?.querySelector('[data-part=reasoning]')?.textContent).toContain('postgres')
})

test('what is found in details is counted and marked the same number of times', () => {
  const source = '<details>\n<summary>About kelp</summary>\n\nkelp and **kelp**\n\n</details>\n\nkelp'
  const html = '<details><summary>About kelp</summary><p>kelp and <strong>kelp</strong></p></details><p>kelp</p>'
  expect(find(html, 'kelp')).toHaveLength(4)
  expect(createFinder('kelp')([toMessage('a', { role: 'assistant', content: source })]).total).toBe(4)
  expect(find(html, 'kelp kelp and'), 'the summary is a block of its own').toHaveLength(1)
  expect(createFinder('kelp kelp and')([toMessage('a', { role: 'assistant', content: source })]).total).toBe(1)
})
