import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import * as contract from './index.ts'

/** Empty: what is said about a schema is no part of its shape. */
const metadata = z.registry<{ id?: string }>()

/** Every schema that travels: commands as they are sent, results and events as they arrive. */
function hashContract(): string {
  const hash = createHash('sha256')
  for (const [name, schema] of Object.entries(contract).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!(schema instanceof z.ZodType)) continue
    const io = name.endsWith('Input') ? 'input' : 'output'
    hash.update(`${name} ${JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any', metadata }))}\n`)
  }
  return hash.digest('hex').slice(0, 12)
}

test('a change of the shapes on the wire changes the name that open pages compare', () => {
  // When this fails, a shape has changed: put the new value into contract-hash.ts, and old pages will offer a reload.
  expect(contract.contractHash).toBe(hashContract())
})
