import { setTimeout as sleep } from 'node:timers/promises'
import { applyEvents, snapshotToState, type Conversation, type EventRecord, type Message } from '../shared/src/index.ts'
import { readLog } from '../server/src/event-log/read-log.ts'
import type { Queries } from '../server/src/platform/database/database.ts'
import {
  readAllMessages,
  readJobsOfEnded,
  readLogRows,
  readStuckGenerations,
  readTaskCounts,
} from '../server/test/chaos-queries.ts'
import type { Party } from './party.ts'
import { questionToAnswer, questionToText, taskTitle } from './question.ts'
import { messageToText, type Violation } from './reader.ts'

/** What one run has done, as all clients and the database tell it. */
export interface Verdict {
  readonly violations: readonly Violation[]
  readonly answers: number
  readonly stuck: number
  /** Answers that are whole although nobody pressed anything. */
  readonly withoutClick: number
}

/**
 * Compares everything that can be compared, after all answers of a party have ended: what each client was sent, what each client shows,
 * the log, the rows, the tasks of the planner and the queue.
 */
export async function judge(party: Party, queries: Queries): Promise<Verdict> {
  const violations: Violation[] = party.readers.flatMap((reader) => reader.violations)
  const report = (kind: Violation['kind'], what: string) => violations.push({ kind, what: `${party.created.id}: ${what}` })
  const settled = party.asked.filter(({ isStuck }) => !isStuck)

  const rows = await readAllMessages(queries, party.created.id)
  for (const { question, messageId, isCancelled } of settled) {
    const whole = questionToAnswer(question)
    const stored = rows.find(({ id }) => id === messageId)
    const text = stored ? messageToText(stored) : ''
    if (!stored) report('lost', `the answer ${messageId} has no row`)
    if (!whole.startsWith(text)) report('wrong', `the answer ${messageId} is stored as what its model never said`)
    if (!isCancelled && whole.startsWith(text) && text !== whole)
      report('lost', `${whole.length - text.length} characters of ${messageId}`)
    for (const reader of party.readers) {
      const message = reader.message(messageId)
      if (message && messageToText(message) !== text)
        report('lost', `${reader.name} shows another text of ${messageId} than its row has`)
    }
    const copies = rows.filter((row) => row.role === 'user' && messageToText(row) === questionToText(question)).length
    if (copies !== 1) report(copies === 0 ? 'lost' : 'doubled', `a question is there ${copies} times`)
    if (question.tasks === 0) continue
    const titles = Array.from({ length: question.tasks }, (_, index) => taskTitle(question, index))
    for (const [title, count] of await readTaskCounts(queries, titles)) {
      if (count > 1) report('doubled', `${title} is there ${count} times`)
      if (count === 0 && !isCancelled) report('lost', `${title} is missing`)
    }
  }

  const isQuiet = settled.length === party.asked.length
  await checkLog(party.created, rows, queries, report, isQuiet)
  const stuckRows = isQuiet ? await untilEmpty(() => readStuckGenerations(queries, party.created.id)) : []
  for (const id of stuckRows) report('wrong', `the generation ${id} is active although its answer has ended`)
  for (const id of isQuiet ? await untilEmpty(() => readJobsOfEnded(queries, party.created.id)) : [])
    report('wrong', `the job ${id} is there although its generation has ended`)

  return {
    violations,
    answers: party.asked.length,
    stuck: party.asked.length - settled.length,
    withoutClick: settled.filter(({ clicks }) => clicks === 0).length,
  }
}

/** The log is dense, its end is the conversation's number, and its fold gives the rows. */
async function checkLog(
  created: Conversation,
  rows: readonly Message[],
  queries: Queries,
  report: (kind: Violation['kind'], what: string) => void,
  isQuiet: boolean,
): Promise<void> {
  const { batches, lastSeq, prunedSeq } = await readLogRows(queries, created.id)
  let next = batches[0]?.fromSeq ?? prunedSeq + 1
  if (next > prunedSeq + 1) report('lost', `the log begins at ${next} and was pruned up to ${prunedSeq}`)
  for (const { fromSeq, n } of batches) {
    if (fromSeq !== next) report(fromSeq > next ? 'lost' : 'doubled', `the log has ${fromSeq} where ${next} is due`)
    next = fromSeq + n
  }
  if (!isQuiet) return
  if (next - 1 < lastSeq) report('lost', `the log ends at ${next - 1}, and the conversation at ${lastSeq}`)
  if (prunedSeq > 0) return
  const records: EventRecord[] = []
  for (;;) {
    const page = await readLog(queries, created.id, records.length)
    if (page.length === 0) break
    records.push(...page)
  }
  const empty = snapshotToState({ conversation: created, messages: [], cursor: '0', nextCursor: null })
  const folded = applyEvents(empty, records)
  for (const row of rows) {
    const message = folded.settled[row.id]
    if (!message) report('lost', `the log does not tell of the message ${row.id}`)
    else if (JSON.stringify(message.parts) !== JSON.stringify(row.parts) || message.status !== row.status)
      report('wrong', `the log tells another story of the message ${row.id} than its row`)
  }
}

/** What has just ended takes a moment to be tidied away. */
async function untilEmpty<Item>(read: () => Promise<readonly Item[]>): Promise<readonly Item[]> {
  for (let tries = 0; ; tries += 1) {
    const found = await read()
    if (found.length === 0 || tries >= 40) return found
    await sleep(250)
  }
}
