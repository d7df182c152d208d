import { useCallback } from 'react'
import { useLocation, useSearch } from 'wouter'
import { addressToSearch, SearchPage, searchToAddress, type SearchPageProps } from '../../features/search/index.ts'
import { searchPath } from '../../lib/routes.ts'
import { useModels } from '../chrome/use-models.ts'

/** The page of search results; the query is in the address. */
export function SearchFrame() {
  const models = useModels().items
  const [, navigate] = useLocation()
  const search = addressToSearch(useSearch())
  const onSearch = useCallback<SearchPageProps['onSearch']>(
    (next) => {
      const address = searchToAddress(next)
      // One step back leaves the search instead of undoing each word of the query.
      navigate(searchPath(address), { replace: true })
    },
    [navigate],
  )
  return <SearchPage search={search} onSearch={onSearch} models={models} />
}
