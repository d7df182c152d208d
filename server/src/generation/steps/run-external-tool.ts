import { maxFilesPerMessage, type Json, type ToolProgress } from '@holdfast/shared'
import type { FileRow } from '../../files/file-row.ts'
import type { KeepToolFile, OutsideOutcome, RemoteCall, ToolOutcome } from '../../tools/tool-runner.ts'
import { recordToolCall } from '../store/audit-tool-call.ts'
import { LeaseLostError } from '../store/lease-lost-error.ts'
import { advanceToolCall, readRemote, toCallKey, unknownOutcome, type ToolCallRow } from '../store/tool-ledger.ts'
import { appendFiles, keepContent } from './show-files.ts'
import { commit, logTool, toCaller, type ToolRun, type ToolRunDeps } from './tool-run.ts'

/** A server that has nothing to ask, only something to remember, is called again as often as this. */
const maxSilentRounds = 10

/**
 * Runs a tool of another server. The ledger says `running` before the tool acts: a call that is found so after a crash may or may not
 * have taken effect. A task is asked for again, and a call that can be checked is checked; anything else needs a person.
 */
export async function runExternalTool(deps: ToolRunDeps, run: ToolRun, found: ToolCallRow, args: Json): Promise<void> {
  const hasCrashed = found.state === 'running' && readRemote(found)?.taskId === undefined && !found.idempotent
  if (hasCrashed && (await settleBrokenCall(deps, run, found, { reason: 'The server stopped while it ran.' }))) return
  const { call: running } = await commit(deps, run, (unit) =>
    advanceToolCall(unit, found, { type: 'start', at: deps.clock.now() }),
  )
  const broken = await callServer(deps, run, running, args)
  if (!broken || (await settleBrokenCall(deps, run, broken.call, broken))) return
  // It certainly did not happen: the same call once more, with the same key.
  const again = await callServer(deps, run, broken.call, args)
  if (again) await leaveToPerson(deps, run, again.call, again)
}

/** A call of which nobody knows what became of it, and why. */
interface BrokenCall {
  readonly call: ToolCallRow
  readonly reason: string
  readonly durationMs: number
}

/** Calls the server until the call has ended, or asks a person. Gives the call back when it broke off. @throws LeaseLostError */
async function callServer(deps: ToolRunDeps, run: ToolRun, running: ToolCallRow, args: Json): Promise<BrokenCall | null> {
  const started = performance.now()
  const files: FileRow[] = []
  const progress = createProgressLog(deps, run, running)
  let call = running
  let outcome: OutsideOutcome
  try {
    ;({ call, outcome } = await callOnce(deps, run, call, { args, files, onProgress: progress.take }))
    for (let rounds = 1; 'asks' in outcome && isSilent(outcome.asks) && rounds < maxSilentRounds; rounds += 1) {
      call = await remember(deps, run, call, outcome.asks)
      ;({ call, outcome } = await callOnce(deps, run, call, { args, files, onProgress: progress.take }))
    }
  } finally {
    await progress.end()
  }
  const durationMs = performance.now() - started
  const goesOn = readRemote(call)?.taskId !== undefined || ('unknown' in outcome && call.idempotent)
  if (run.signal.aborted && run.stopped() !== 'cancel' && goesOn) {
    throw new LeaseLostError('the next worker waits for the task, or repeats the call')
  }
  if ('unknown' in outcome) return { call, reason: outcome.unknown, durationMs }
  if ('asks' in outcome) {
    const { asks } = outcome
    if (isSilent(asks)) await end(deps, run, call, { outcome: tooManyRounds, files, durationMs })
    else await commit(deps, run, (unit) => advanceToolCall(unit, call, { type: 'inquire', remote: asks }))
    return null
  }
  await end(deps, run, call, { outcome, files, durationMs })
  return null
}

const tooManyRounds = { error: 'The server put the call off again and again.' }

/** One request to the server, or the wait for a task. */
async function callOnce(
  deps: ToolRunDeps,
  run: ToolRun,
  call: ToolCallRow,
  { args, files, onProgress }: { args: Json; files: FileRow[]; onProgress: (progress: ToolProgress) => void },
): Promise<{ call: ToolCallRow; outcome: OutsideOutcome }> {
  const keepFile: KeepToolFile = async (content) => {
    if (files.length >= maxFilesPerMessage) return { refused: `At most ${maxFilesPerMessage} files of a result are kept.` }
    const kept = await keepContent(deps, run.generation, content, run.signal)
    if ('file' in kept) files.push(kept.file)
    return 'file' in kept ? kept.file : kept
  }
  let latest = call
  const outcome = await deps.tools.runOutside(toCaller(deps, run), call.name, args, run.signal, {
    keepFile,
    key: toCallKey(call),
    remote: readRemote(call),
    isCancelled: () => run.stopped() === 'cancel',
    onTask: async (remote) => {
      latest = await remember(deps, run, call, remote)
    },
    onProgress,
  })
  return { call: latest, outcome }
}

/**
 * Ends a call that broke off where somebody can say what became of it, and leaves it to a person otherwise. False: it certainly did not
 * happen, and may run.
 */
async function settleBrokenCall(
  deps: ToolRunDeps,
  run: ToolRun,
  call: ToolCallRow,
  { reason, durationMs = 0 }: { readonly reason: string; readonly durationMs?: number },
): Promise<boolean> {
  const mayProbe = !call.idempotent && !run.signal.aborted
  const probed = mayProbe ? await deps.tools.probeOutside(call.name, toCallKey(call), run.signal) : null
  if (probed === 'not-done') return false
  if (probed === null) await leaveToPerson(deps, run, call, { reason, durationMs })
  else await end(deps, run, call, { outcome: probed, files: [], durationMs })
  return true
}

/** Nobody knows what became of a call. One that changes nothing ends so; for any other the answer waits for a person. */
export async function leaveToPerson(
  deps: ToolRunDeps,
  run: ToolRun,
  call: ToolCallRow,
  { reason, durationMs = 0 }: { readonly reason: string; readonly durationMs?: number },
): Promise<void> {
  const error = `${unknownOutcome} ${reason}`
  const endedAt = call.idempotent ? deps.clock.now() : null
  await commit(deps, run, async (unit) => {
    await recordToolCall(deps.audit, unit.tx, call, 'unknown')
    return advanceToolCall(unit, call, { type: 'lose', error, durationMs, endedAt })
  })
  logTool(deps, run, call, { error }, durationMs)
}

async function end(
  deps: ToolRunDeps,
  run: ToolRun,
  call: ToolCallRow,
  { outcome, files, durationMs }: { outcome: ToolOutcome; files: readonly FileRow[]; durationMs: number },
): Promise<void> {
  await commit(deps, run, async (unit) => {
    await recordToolCall(deps.audit, unit.tx, call, 'error' in outcome ? 'failed' : 'done')
    const ended = await advanceToolCall(unit, call, { type: 'finish', outcome, durationMs, at: deps.clock.now() })
    return { ...ended, events: [...ended.events, ...(await appendFiles(unit, run, files, call.callId))] }
  })
  logTool(deps, run, call, outcome, durationMs)
}

async function remember(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, remote: RemoteCall): Promise<ToolCallRow> {
  return (await commit(deps, run, (unit) => advanceToolCall(unit, call, { type: 'remember', remote }))).call
}

function isSilent({ questions = {} }: RemoteCall): boolean {
  return Object.keys(questions).length === 0
}

/** The log is for ever: a call writes what it reports at most this often. */
const progressPauseMs = 3_000
const maxProgressEvents = 40

/** Writes how far a tool says it is, now and then, the newest report each time. */
function createProgressLog(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow) {
  let writing: Promise<unknown> = Promise.resolve()
  let latest: ToolProgress | null = null
  let timer: NodeJS.Timeout | null = null
  let written = 0
  let isOver = false
  const write = () => {
    timer = null
    const progress = latest
    if (progress === null || isOver || run.signal.aborted || written >= maxProgressEvents) return
    latest = null
    written += 1
    writing = commit(deps, run, (unit) => advanceToolCall(unit, call, { type: 'progress', progress })).catch((error: unknown) => {
      // The call itself finds out that the lease is lost.
      if (!(error instanceof LeaseLostError))
        deps.logger.warn(
          { event: 'progress-not-kept', callId: call.callId, err: error },
          'the progress of a tool could not be written',
        )
    })
    timer = setTimeout(write, progressPauseMs)
  }
  return {
    take: ({ progress, total, message }: ToolProgress) => {
      latest = {
        progress,
        ...(total !== undefined && { total }),
        ...(message !== undefined && { message: message.slice(0, 200).toWellFormed() }),
      }
      if (timer === null) write()
    },
    end: async () => {
      isOver = true
      if (timer) clearTimeout(timer)
      await writing
    },
  }
}
