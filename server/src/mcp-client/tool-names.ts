import { createHash } from 'node:crypto'

const maxLength = 64
const hashLength = 8

/**
 * The name under which models know another server's tool: `mcp__<server>__<tool>`, at most 64 of the characters that providers take.
 * A name that has to be changed for that ends in a hash of what it was, so it stays the same whatever else the server offers, and two
 * tools never share one.
 */
export function toToolName(server: string, tool: string): string {
  const plain = `mcp__${server}__${tool}`
  const clean = plain.replaceAll(/[^A-Za-z0-9_-]/gu, '_')
  if (clean === plain && plain.length <= maxLength) return plain
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, hashLength)
  return `${clean.slice(0, maxLength - hashLength - 1)}_${hash}`
}
