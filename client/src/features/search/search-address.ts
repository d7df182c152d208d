import { roles, type Role } from '@holdfast/shared'

/** A query and its filters, as they stand in the address. Days are `YYYY-MM-DD`. */
export interface SearchAddress {
  readonly query: string
  readonly role: Role | null
  readonly model: string | null
  readonly from: string | null
  readonly to: string | null
  readonly hasToolCalls: boolean
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/u

export function addressToSearch(search: string): SearchAddress {
  const parameters = new URLSearchParams(search)
  const day = (name: string) => {
    const value = parameters.get(name)
    return value !== null && dayPattern.test(value) && !Number.isNaN(Date.parse(value)) ? value : null
  }
  const role = parameters.get('role')
  return {
    query: parameters.get('q') ?? '',
    role: roles.find((name) => name === role) ?? null,
    model: parameters.get('model') || null,
    from: day('from'),
    to: day('to'),
    hasToolCalls: parameters.get('tools') === 'yes',
  }
}

/** The part of the address after `?`; empty without a query. */
export function searchToAddress(search: SearchAddress): string {
  const parameters = new URLSearchParams()
  const { query, role, model, from, to, hasToolCalls } = search
  for (const [name, value] of Object.entries({ q: query, role, model, from, to, tools: hasToolCalls ? 'yes' : null })) {
    if (value !== null && value !== '') parameters.set(name, value)
  }
  return parameters.toString()
}

export function hasFilters({ role, model, from, to, hasToolCalls }: SearchAddress): boolean {
  return role !== null || model !== null || from !== null || to !== null || hasToolCalls
}
