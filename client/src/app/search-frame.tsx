import { useCallback } from 'react'
import { useLocation, useSearch } from 'wouter'
import { addressToSearch, SearchPage, searchToAddress, type SearchPageProps } from '../features/search/index.ts'
import { routes } from './routes.ts'

/** The page of results: what is asked for stands in the address. */
export function SearchFrame({ models }: { readonly models: SearchPageProps['models'] }) {
  const [, navigate] = useLocation()
  const search = addressToSearch(useSearch())
  const onSearch = useCallback<SearchPageProps['onSearch']>(
    (next) => {
      const address = searchToAddress(next)
      // One step back leads out of the search, not through every word of it.
      navigate(address === '' ? routes.search : `${routes.search}?${address}`, { replace: true })
    },
    [navigate],
  )
  return <SearchPage search={search} onSearch={onSearch} models={models} />
}
