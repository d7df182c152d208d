import type { Audit } from '../audit/open-audit.ts'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import { hashArguments } from '../generation/store/audit-tool-call.ts'
import { advanceToolCall, readRemote, type ToolCallRow } from '../generation/store/tool-ledger.ts'
import type { ToolAnswer } from '../tools/tool-runner.ts'

export interface AnswerDeps {
  readonly audit: Pick<Audit, 'record'>
}

/** Answers the question that a tool asks now. The next one is asked if there are more; otherwise the call goes on. */
export async function answerQuestion(
  deps: AnswerDeps,
  unit: UnitOfWork,
  call: ToolCallRow,
  answer: ToolAnswer,
): Promise<ToolCallRow> {
  const remote = readRemote(call)
  const [[key] = [], ...others] = Object.entries(remote?.questions ?? {})
  if (!remote || key === undefined) return call
  const { questions: _, ...rest } = remote
  const { call: answered } = await advanceToolCall(unit, call, {
    type: 'answer',
    remote: {
      ...rest,
      ...(others.length > 0 && { questions: Object.fromEntries(others) }),
      answers: { ...remote.answers, [key]: answer },
    },
  })
  await deps.audit.record(unit.tx, {
    action: 'tool-call.answered',
    actorId: call.userId,
    targetType: 'tool-call',
    targetId: call.callId,
    details: { tool: call.name, answer: answer.action, argumentsHash: hashArguments(JSON.stringify(answer)) },
  })
  return answered
}

export function declineQuestion(deps: AnswerDeps, unit: UnitOfWork, call: ToolCallRow): Promise<ToolCallRow> {
  return answerQuestion(deps, unit, call, { action: 'decline' })
}
