import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { refreshQueries } from './refresh-queries.ts'

test('a first answer that was read before the change is not used', async () => {
  const queryClient = new QueryClient()
  const answers: ((value: string) => void)[] = []
  const observer = new QueryObserver(queryClient, {
    queryKey: ['planner', 'lists'],
    queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const stop = observer.subscribe(() => {})
  const refreshed = refreshQueries(queryClient, ['planner'])
  await expect.poll(() => answers.length).toBe(2)
  answers[0]?.('before')
  answers[1]?.('after')
  await refreshed
  expect(observer.getCurrentResult().data).toBe('after')
  stop()
})

test('the cached data stays until the new answer is there', async () => {
  const queryClient = new QueryClient()
  let read = 0
  const observer = new QueryObserver(queryClient, {
    queryKey: ['planner', 'lists'],
    queryFn: () => {
      read += 1
      return read
    },
  })
  const seen: unknown[] = []
  const stop = observer.subscribe(({ data }) => seen.push(data))
  await expect.poll(() => observer.getCurrentResult().data).toBe(1)
  seen.length = 0
  await refreshQueries(queryClient, ['planner'])
  expect(observer.getCurrentResult().data).toBe(2)
  expect(seen).not.toContain(undefined)
  stop()
})
