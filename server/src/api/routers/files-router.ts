import {
  fileSchema,
  filesDeleteInput,
  filesDeleteOutput,
  filesGetInput,
  filesListInput,
  filesListOutput,
  filesUrlInput,
  filesUrlOutput,
  filesUsesInput,
  filesUsesOutput,
} from '@holdfast/shared'
import { procedure, router } from '../trpc/procedures.ts'
import { deleteFile } from '../../files/commands/delete-file.ts'
import { getFile } from '../../files/queries/get-file.ts'
import { getFileUrl } from '../../files/queries/get-file-url.ts'
import { listFileUses } from '../../files/queries/list-file-uses.ts'
import { listFiles } from '../../files/queries/list-files.ts'

export const filesRouter = router({
  get: procedure
    .meta({
      description:
        'One file. It is uploaded by the tus protocol at `/api/uploads`, then examined: poll until its state is `ready` or `refused`.',
    })
    .input(filesGetInput)
    .output(fileSchema)
    .query(({ ctx, input }) => getFile(ctx.deps, ctx.user.id, input)),
  list: procedure
    .meta({ description: "The user's files, the newest first. A file that no message shows is removed after seven days." })
    .input(filesListInput)
    .output(filesListOutput)
    .query(({ ctx, input }) => listFiles(ctx.deps, ctx.user.id, input)),
  uses: procedure
    .meta({
      description:
        'The conversations with a message that shows the file, each once with the newest such message, the newest first. The trash is left out.',
    })
    .input(filesUsesInput)
    .output(filesUsesOutput)
    .query(({ ctx, input }) => listFileUses(ctx.deps, ctx.user.id, input)),
  delete: procedure
    .meta({
      description: 'Takes a file out of the list. Messages that show it keep it until they are gone for good.',
      audit: 'file.deleted',
    })
    .input(filesDeleteInput)
    .output(filesDeleteOutput)
    .mutation(({ ctx, input }) => deleteFile(ctx.deps, ctx.user.id, input)),
  url: procedure
    .meta({
      description:
        'A signed path under `/api/files/`, from the root of the host ([X13]), valid for five to ten minutes without a token. `NOT_FOUND` for a variant that the file does not have.',
    })
    .input(filesUrlInput)
    .output(filesUrlOutput)
    .query(({ ctx, input }) => getFileUrl(ctx.deps, ctx.user.id, input)),
})
