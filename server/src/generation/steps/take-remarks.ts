import { schema } from '@holdfast/drizzle'
import type { ConversationEvent, Message } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import type { UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { readGenerationMessage } from '../ending/end-generation.ts'
import type { GenerationRow } from '../store/generation-row.ts'
import type { Writer } from '../writer/committer.ts'
import { transactFenced } from '../writer/transact-fenced.ts'

const { generations } = schema

interface RemarkedRun {
  readonly generation: GenerationRow
  readonly writer: Pick<Writer, 'flush'>
  readonly message: () => Message
  /** Applies events that were just committed to the run's own copy of the message. */
  readonly absorb: (events: readonly ConversationEvent[]) => void
}

/**
 * [R16] Shows the model, in the step that begins, the remarks that people gave since the last one: they become parts of the answer, in
 * their order, in one fenced transaction with the number of the step. A crash leaves either remarks that wait, or remarks in their place.
 * @returns whether there were any. @throws LeaseLostError
 */
export async function takeRemarks(deps: UnitOfWorkDeps, run: RemarkedRun, step: number): Promise<boolean> {
  if (!(await hasRemarks(deps, run, step))) return false
  const { generation } = run
  const { conversationId, messageId } = generation
  // The text that came before them.
  await run.writer.flush()
  const events = await transactFenced(deps, generation, async (unit) => {
    const { pendingRemarks = [] } = (await readGenerationMessage(unit.tx, generation)) ?? {}
    const firstPart = run.message().parts.length
    const taken = pendingRemarks.map((remark, index): ConversationEvent => ({
      type: 'remark-taken',
      messageId,
      part: firstPart + index,
      remark,
    }))
    await unit.tx.update(generations).set({ hasRemarks: false, step }).where(eq(generations.id, generation.id))
    await unit.append(conversationId, taken, generation.id)
    return taken
  })
  run.absorb(events)
  return events.length > 0
}

/** Remarks may wait since before the claim: those for a queued answer, and those that came too late for an earlier generation. */
async function hasRemarks({ database }: UnitOfWorkDeps, { generation, message }: RemarkedRun, step: number): Promise<boolean> {
  if ((message().pendingRemarks ?? []).length > 0) return true
  // Those that came since the claim are in time for the second step.
  if (step === 0) return false
  const [found] = await database.queries
    .select({ id: generations.id })
    .from(generations)
    .where(and(eq(generations.id, generation.id), eq(generations.hasRemarks, true)))
  return found !== undefined
}
