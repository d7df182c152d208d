import { adminStorageGetOutput } from '@holdfast/shared'
import { getStorage } from '../../admin/storage/get-storage.ts'
import { adminProcedure, router } from '../trpc/procedures.ts'

export const adminStorageRouter = router({
  get: adminProcedure
    .meta({
      cost: 5,
      description: 'What the database and the files take, by person, and what is left on the disk. No names of files.',
    })
    .output(adminStorageGetOutput)
    .query(({ ctx }) => getStorage(ctx.deps)),
})
