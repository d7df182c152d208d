import {
  importSchema,
  importsCancelInput,
  importsGetInput,
  importsListInput,
  importsListOutput,
  importsStartInput,
} from '@holdfast/shared'
import { cancelImport } from '../../imports/commands/cancel-import.ts'
import { startImport } from '../../imports/commands/start-import.ts'
import { getImport } from '../../imports/queries/get-import.ts'
import { listImports } from '../../imports/queries/list-imports.ts'
import { procedure, router } from '../trpc/procedures.ts'

export const importsRouter = router({
  start: procedure
    .meta({
      description:
        'Imports an uploaded file in the background: an export of Holdfast, ChatGPT, Claude, Open WebUI, LibreChat or LobeChat, recognised by its content. The same file, or a newer export of the same account, adds only what is new. A file that is being imported gives that import.',
      audit: { action: 'import.started', fields: ['fileId'] },
    })
    .input(importsStartInput)
    .output(importSchema)
    .mutation(({ ctx, input }) => startImport(ctx.deps, ctx.user.id, input)),
  get: procedure
    .meta({ description: 'An import as far as it is, and its report: `problems` names what could not be taken over, and why.' })
    .input(importsGetInput)
    .output(importSchema)
    .query(({ ctx, input }) => getImport(ctx.deps, ctx.user.id, input)),
  list: procedure
    .meta({ description: "The user's imports, the newest first. Pass `nextCursor` back as `cursor`." })
    .input(importsListInput)
    .output(importsListOutput)
    .query(({ ctx, input }) => listImports(ctx.deps, ctx.user.id, input)),
  cancel: procedure
    .meta({ description: 'Stops an import between two conversations. What was imported stays, and another start continues.' })
    .input(importsCancelInput)
    .output(importSchema)
    .mutation(({ ctx, input }) => cancelImport(ctx.deps, ctx.user.id, input)),
})
