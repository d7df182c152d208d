import { z } from 'zod'
import { appRouter } from '../src/router.ts'

export interface DocumentedProcedure {
  readonly path: string
  readonly type: 'query' | 'mutation' | 'subscription'
  readonly input: z.ZodType | null
  readonly output: z.ZodType | null
}

const definitionSchema = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  inputs: z.array(z.instanceof(z.ZodType)).max(1),
  output: z.instanceof(z.ZodType).optional(),
})

/** Every procedure of the router, sorted by path. `_def` is tRPC's own business: what it must hold is checked here. */
export function readProcedures(): DocumentedProcedure[] {
  return Object.entries(appRouter._def.procedures)
    .map(([path, procedure]) => {
      const { type, inputs, output } = definitionSchema.parse(Reflect.get(procedure, '_def'))
      return { path, type, input: inputs[0] ?? null, output: output ?? null }
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
