import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

const page = readFileSync(join(root, 'docs/DEVELOPERS.md'), 'utf8')

/** The sample of docs/DEVELOPERS.md that has this file name behind its language. */
export function readSample(name: string): string {
  const found = [...page.matchAll(/^```\w+ (?<name>\S+)\n(?<code>[\s\S]*?)^```$/gmu)].find(
    ({ groups }) => groups?.['name'] === name,
  )
  if (!found?.groups?.['code']) throw new Error(`docs/DEVELOPERS.md has no sample ${name}`)
  return found.groups['code']
}

/** A row of "What it costs": the names that are imported, and the limit in bytes after gzip. */
export interface SizeLimit {
  readonly names: readonly string[]
  readonly limit: number
}

export function readSizeLimits(): SizeLimit[] {
  const rows = page.matchAll(/^\| (?<names>`[^|]+) +\| [\d.]+ KB +\| [\d.]+ KB +\| (?<limit>[\d.]+) KB +\|$/gmu)
  return [...rows].map(({ groups }) => ({
    names: [...(groups?.['names'] ?? '').matchAll(/`(\w+)`/gu)].map(([, name]) => name ?? ''),
    limit: Number(groups?.['limit']) * 1000,
  }))
}
