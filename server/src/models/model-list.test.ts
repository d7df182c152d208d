import { expect, test } from 'vitest'
import { ModelError } from './model-error.ts'
import { createModelList } from './model-list.ts'

const never = new AbortController().signal
const info = (id: string) => ({ id, contextWindow: null, prices: null })

function createList(answers: (() => Promise<ReturnType<typeof info>[]>)[]) {
  let asked = 0
  let now = 0
  const list = async () => {
    asked += 1
    return await (answers[asked - 1] ?? answers.at(-1) ?? (async () => []))()
  }
  return {
    list: createModelList({ list }, () => now),
    pass: (minutes: number) => void (now += minutes * 60_000),
    asked: () => asked,
  }
}

test('a list is kept for ten minutes', async () => {
  const { list, pass, asked } = createList([async () => [info('a')], async () => [info('b')]])
  expect(list.find('a')).toBeNull()
  expect(await list.read(never)).toEqual([info('a')])
  pass(9.9)
  expect(await list.read(never)).toEqual([info('a')])
  expect(list.find('a')).toEqual(info('a'))
  expect(asked()).toBe(1)
  pass(0.2)
  expect(await list.read(never)).toEqual([info('b')])
  expect(list.find('a')).toBeNull()
})

test('a failure is kept for half a minute, and what was known before stays', async () => {
  const failure = new ModelError('provider-error', 'x', { retryable: true })
  const { list, pass, asked } = createList([async () => [info('a')], async () => await Promise.reject(failure), async () => []])
  await list.read(never)
  pass(11)
  await expect(list.read(never)).rejects.toBe(failure)
  await expect(list.read(never)).rejects.toBe(failure)
  expect(asked()).toBe(2)
  expect(list.find('a')).toEqual(info('a'))
  pass(0.6)
  expect(await list.read(never)).toEqual([])
})

test('a caller that stops waiting does not stop the others', async () => {
  const answer = Promise.withResolvers<ReturnType<typeof info>[]>()
  const { list, asked } = createList([async () => await answer.promise])
  const controller = new AbortController()
  const impatient = list.read(controller.signal)
  const patient = list.read(never)
  controller.abort()
  await expect(impatient).rejects.toMatchObject({ code: 'provider-timeout' })
  answer.resolve([info('a')])
  expect(await patient).toEqual([info('a')])
  expect(asked()).toBe(1)
})
