import { glob, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const selector = /\[data-testid|getByTestId|dataset\[['"]testid|getAttribute\(['"]data-testid/u

test('no production code finds elements by their test ids', async () => {
  const found: string[] = []
  for await (const path of glob('**/*.{ts,tsx,css}', { cwd: import.meta.dirname })) {
    if (/\.test\.tsx?$|(?:^|\/)test\//u.test(path)) continue
    if (selector.test(await readFile(`${import.meta.dirname}/${path}`, 'utf8'))) found.push(path)
  }
  expect(found).toEqual([])
})
