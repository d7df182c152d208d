import { expect, test } from 'vitest'
import { addressToSearch, hasFilters, messagePath, searchToAddress } from './search-address.ts'

const nothing = { query: '', role: null, model: null, from: null, to: null, hasToolCalls: false }

test('what is asked for stands in the address and is read from it again', () => {
  const search = {
    query: '"a b" & ü=?',
    role: 'user',
    model: 'm/1',
    from: '2026-01-31',
    to: '2026-02-28',
    hasToolCalls: true,
  } as const
  expect(addressToSearch(`?${searchToAddress(search)}`)).toEqual(search)
  expect(addressToSearch(searchToAddress(nothing))).toEqual(nothing)
  expect(searchToAddress(nothing)).toBe('')
})

test('what no search could mean is left out', () => {
  expect(addressToSearch('?q=x&role=robot&from=yesterday&to=2026-99-99&tools=maybe&model=')).toEqual({ ...nothing, query: 'x' })
})

test('filters are told from the query', () => {
  expect(hasFilters({ ...nothing, query: 'x' })).toBe(false)
  expect(hasFilters({ ...nothing, to: '2026-01-01' })).toBe(true)
})

test('a found message has an address that also says the words', () => {
  expect(messagePath('c1', 'm1', 'a&b')).toBe('/c/c1?message=m1&words=a%26b')
})
