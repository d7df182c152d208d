import type { FileInfo } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { filterFiles, sumBytes } from './filter-files.ts'

const files = ['Résumé 2026.pdf', 'kelp.png', 'report kelp.csv'].map((name, index) => ({ name, bytes: index + 1 }) as FileInfo)
const namesOf = (query: string) => filterFiles(files, query).map(({ name }) => name)

test('files are found by words of their names, in any order, case and accent', () => {
  expect(namesOf('KELP')).toEqual(['kelp.png', 'report kelp.csv'])
  expect(namesOf('csv report')).toEqual(['report kelp.csv'])
  expect(namesOf('resume')).toEqual(['Résumé 2026.pdf'])
  expect(namesOf('nothing')).toEqual([])
  expect(namesOf('  ')).toHaveLength(3)
})

test('the space that files take is their sum', () => {
  expect(sumBytes(files)).toBe(6)
  expect(sumBytes([])).toBe(0)
})
