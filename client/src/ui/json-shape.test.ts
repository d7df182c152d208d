import { expect, test } from 'vitest'
import { jsonToShape } from './json-shape.ts'

test('a string is a text, whatever it contains', () => {
  expect(jsonToShape('{"a":1}')).toEqual({ kind: 'text', text: '{"a":1}' })
})

test('a flat object is a list of fields', () => {
  expect(jsonToShape({ title: 'Buy milk', due: null, done: false, count: 0 })).toEqual({
    kind: 'fields',
    fields: [
      ['title', 'Buy milk'],
      ['due', '–'],
      ['done', 'false'],
      ['count', '0'],
    ],
  })
})

test('flat objects are a table without its empty columns', () => {
  expect(
    jsonToShape([
      { id: 1, due: null },
      { id: 2, title: 'Bread', due: null },
    ]),
  ).toEqual({
    kind: 'rows',
    columns: ['id', 'title'],
    rows: [
      ['1', '–'],
      ['2', 'Bread'],
    ],
    more: 0,
  })
})

test('ids are for programs: their columns come last', () => {
  const id = '01a1f7e8-5dd3-71c6-b001-9c9c6103fed4'
  expect(
    jsonToShape([
      { id, title: 'Milk', milestoneId: null },
      { id, title: 'Bread', milestoneId: id },
    ]),
  ).toMatchObject({
    columns: ['title', 'id', 'milestoneId'],
  })
})

test('a long list says how much more there is', () => {
  const shape = jsonToShape(Array.from({ length: 100 }, (_, id) => ({ id })))
  expect(shape).toMatchObject({ kind: 'rows', more: 70 })
})

test.each([[{ nested: { a: 1 } }], [[]], [{}], [[1, 2]], [42], [null], [{ text: 'x'.repeat(500) }], [[{ a: [] }]]])(
  '%j is shown as JSON',
  (value) => {
    expect(jsonToShape(value)).toEqual({ kind: 'json', text: JSON.stringify(value, null, 2) })
  },
)
