import { expect, test } from 'vitest'
import { addressToSearch, hasFilters, searchToAddress } from './search-address.ts'

const nothing = { query: '', role: null, model: null, from: null, to: null, hasToolCalls: false }

test('a query and its filters survive a round trip through the address', () => {
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

test('invalid filters are ignored', () => {
  expect(addressToSearch('?q=x&role=robot&from=yesterday&to=2026-99-99&tools=maybe&model=')).toEqual({ ...nothing, query: 'x' })
})

test('hasFilters does not count the query', () => {
  expect(hasFilters({ ...nothing, query: 'x' })).toBe(false)
  expect(hasFilters({ ...nothing, to: '2026-01-01' })).toBe(true)
})
