import { adminAuditListInput, adminAuditListOutput, adminAuditVerifyInput, adminAuditVerifyOutput } from '@holdfast/shared'
import { listAuditRecords } from '../../admin/audit/list-audit-records.ts'
import { verifyAuditLog } from '../../admin/audit/verify-audit-log.ts'
import { adminProcedure, router } from '../trpc/procedures.ts'

export const adminAuditRouter = router({
  list: adminProcedure
    .meta({
      description:
        'A page of the audit log, the newest first: who did what, when and from where, never what was written. Pass `nextCursor` back as `cursor`.',
    })
    .input(adminAuditListInput.prefault({}))
    .output(adminAuditListOutput)
    .query(({ ctx, input }) => listAuditRecords(ctx.deps, input)),
  verify: adminProcedure
    .meta({
      cost: 20,
      description:
        'Checks that no record of the audit log was changed, dropped, inserted or moved: at most 5,000 records a call, from the oldest on. Pass `nextAfterSeq` back as `afterSeq` for the rest.',
    })
    .input(adminAuditVerifyInput.prefault({}))
    .output(adminAuditVerifyOutput)
    .query(({ ctx, input }) => verifyAuditLog(ctx.deps, input)),
})
