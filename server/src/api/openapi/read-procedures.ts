import { z } from 'zod'
import { appRouter } from '../app-router.ts'

export interface DocumentedProcedure {
  readonly path: string
  readonly type: 'query' | 'mutation' | 'subscription'
  readonly input: z.ZodType | null
  readonly output: z.ZodType | null
  readonly description: string
  /** Of a subscription: what it yields. */
  readonly yields: string | null
  /** It needs no token. */
  readonly isPublic: boolean
}

const definitionSchema = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  inputs: z.array(z.instanceof(z.ZodType)).max(1),
  output: z.instanceof(z.ZodType).optional(),
  meta: z
    .object({ description: z.string().min(1), yields: z.string().min(1).optional(), isPublic: z.boolean().optional() })
    .optional(),
})

/** Every procedure of the router, sorted by path. `_def` is internal to tRPC, so its shape is checked here. @throws Error without a description */
export function readProcedures(): DocumentedProcedure[] {
  return Object.entries(appRouter._def.procedures)
    .map(([path, procedure]) => {
      const { type, inputs, output, meta } = definitionSchema.parse(Reflect.get(procedure, '_def'))
      if (!meta) throw new Error(`${path} has no description: give it one with .meta() in its router`)
      if (!output && meta.yields === undefined)
        throw new Error(`${path} says nowhere what it yields: say it in .meta() in its router`)
      const { description, yields = null, isPublic = false } = meta
      return { path, type, input: inputs[0] ?? null, output: output ?? null, description, yields, isPublic }
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
