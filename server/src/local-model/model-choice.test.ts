import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createTemporaryDirectory } from '../../testing/temporary-directory.ts'
import { toLocalModelPlace } from './local-model-place.ts'
import { chooseModel, readChoice, writeChoice } from './model-choice.ts'

test('another model keeps the provider, port and token of the first; a file that says nothing is no choice', async () => {
  await using directory = await createTemporaryDirectory()
  const place = toLocalModelPlace(directory.path)
  expect(await readChoice(place)).toBeNull()
  const first = chooseModel(null, { name: 'one', file: 'one.gguf' })
  expect(first.token.length).toBeGreaterThan(40)
  await writeChoice(place, { ...first, port: 4_000 })
  const second = chooseModel(await readChoice(place), { name: 'two', file: 'two.gguf' })
  expect(second).toEqual({ ...first, port: 4_000, model: 'two', file: 'two.gguf' })
  for (const broken of ['', '{', '{}', 'null']) {
    await writeFile(place.choice, broken)
    expect(await readChoice(place)).toBeNull()
  }
})
