import { toolCallsDecideOutput, type Id, type Json, type toolCallsDecideInput } from '@holdfast/shared'
import type { z } from 'zod'
import type { Audit } from '../../audit/open-audit.ts'
import { doOnce } from '../../conversation-store/idempotent-request.ts'
import { transact, type UnitOfWork } from '../../event-log/unit-of-work.ts'
import { hashArguments } from '../../generation/store/audit-tool-call.ts'
import type { ToolCallChange } from '../../generation/store/tool-call-machine.ts'
import { advanceToolCall, needsPerson, readRemote, type ToolCallRow } from '../../generation/store/tool-ledger.ts'
import { badField } from '../../platform/refusal.ts'
import { isTooDeep } from '../../tools/json-depth.ts'
import type { ToolRunner } from '../../tools/tool-runner.ts'
import { declineQuestion } from '../answer-question.ts'
import { resumeWhenDecided, settleApproval, type ApprovalDeps } from '../settle-approval.ts'
import { findDecidableCall } from '../find-decidable-call.ts'

type Input = z.output<typeof toolCallsDecideInput>

export type DecideDeps = ApprovalDeps & {
  readonly audit: Pick<Audit, 'record'>
  readonly tools: Pick<ToolRunner, 'validate'>
}

/**
 * Decides about a tool call that needs a person: approves it, with other arguments if they are given, or denies it; or says what became
 * of one whose outcome is unknown, or has it run again. The first decision counts; a later one, or one after the approval has expired,
 * gets the state of the call. @throws Refusal NOT_FOUND, CONFLICT request-reused, BAD_REQUEST for a decision that does not fit
 */
export function decideToolCall(deps: DecideDeps, userId: Id, input: Input): Promise<z.infer<typeof toolCallsDecideOutput>> {
  const now = deps.clock.now()
  const { requestId, messageId, callId } = input
  checkInput(input)
  return transact(deps, (unit) =>
    doOnce(unit.tx, { userId, requestId, procedure: 'toolCalls.decide', body: input, now }, toolCallsDecideOutput, async () => {
      const { generation, call, state } = await findDecidableCall(unit.tx, userId, { messageId, callId })
      if (!generation || !call) return { callId, state }
      const decided =
        call.state === 'unknown' ? await settle(deps, unit, call, input) : await approveOrDeny(deps, unit, call, input)
      if (needsPerson(decided) && decided.state === call.state) return { callId, state: decided.state }
      await resumeWhenDecided(deps, unit, generation)
      return { callId, state: decided.state }
    }),
  )
}

function checkInput({ approve, outcome, args, reason }: Input): void {
  if (approve === undefined && outcome === undefined)
    throw badField('approve', 'is needed, or `outcome` where the outcome is unknown')
  if (args !== undefined && approve !== true) throw badField('args', 'go with an approval only')
  if (reason !== undefined && approve !== false) throw badField('reason', 'goes with a denial only')
  if (args !== undefined && isTooDeep(args)) throw badField('args', 'must not be nested more than 100 levels deep')
}

async function approveOrDeny(deps: DecideDeps, unit: UnitOfWork, call: ToolCallRow, input: Input): Promise<ToolCallRow> {
  const { approve, args, reason } = input
  const now = deps.clock.now()
  if (approve === undefined) throw badField('approve', 'is needed: this call waits for an approval')
  if (readRemote(call)?.questions) {
    if (approve) throw badField('approve', 'is not an answer: `toolCalls.answer` takes the answer to the question of this call')
    return declineQuestion(deps, unit, call)
  }
  if (call.expiresAt !== null && call.expiresAt <= now) return settleApproval(unit, call, { type: 'expired' }, now)
  if (args !== undefined) checkArguments(deps, call, args)
  const decision = approve ? { type: 'approved' as const, args } : { type: 'denied' as const, reason }
  const decided = await settleApproval(unit, call, decision, now)
  await deps.audit.record(unit.tx, {
    action: approve ? 'tool-call.approved' : 'tool-call.denied',
    actorId: call.userId,
    targetType: 'tool-call',
    targetId: call.callId,
    details: { tool: call.name, argumentsHash: hashArguments(decided.changedArgs ?? call.args) },
  })
  return decided
}

function checkArguments({ tools }: DecideDeps, call: ToolCallRow, args: Json): void {
  const issues = tools.validate(call.name, args)
  if (issues === null) throw badField('args', 'cannot be checked: the tool is not there at the moment')
  const [first] = issues
  if (first) throw badField(first.path === '' ? 'args' : `args.${first.path}`, first.message)
}

/** The model reads these as the outcome of the call. */
const happened = 'The result was lost, but the user has checked: it was done. Do not do it again.'
const didNotHappen = 'It was not done: the user has checked. It may be done again.'

async function settle(deps: DecideDeps, unit: UnitOfWork, call: ToolCallRow, { outcome }: Input): Promise<ToolCallRow> {
  // A decision that was meant for the approval, and came late.
  if (outcome === undefined) return call
  const at = deps.clock.now()
  const changes: Readonly<Record<typeof outcome, ToolCallChange>> = {
    done: { type: 'settle', outcome: { result: { note: happened } }, at },
    'not-done': { type: 'settle', outcome: { error: didNotHappen }, at },
    'run-again': { type: 'retry', remote: toRepeatable(call) },
  }
  const { call: decided } = await advanceToolCall(unit, call, changes[outcome])
  await deps.audit.record(unit.tx, {
    action: 'tool-call.settled',
    actorId: call.userId,
    targetType: 'tool-call',
    targetId: call.callId,
    details: { tool: call.name, outcome, argumentsHash: hashArguments(call.changedArgs ?? call.args) },
  })
  return decided
}

/** What a repeat begins with: the answers that were given already, but neither the task nor the connection that was lost. */
function toRepeatable(call: ToolCallRow) {
  const remote = readRemote(call)
  if (!remote) return null
  const { taskId: _, held: _held, questions: _questions, ...kept } = remote
  return kept
}
