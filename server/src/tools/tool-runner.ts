import type { Id, Json, ToolForm, ToolProgress } from '@holdfast/shared'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import type { ModelTool } from '../models/model.ts'

/** The user and the time for which a tool acts. The user comes from here alone, never from arguments. */
export interface ToolCaller {
  readonly userId: Id
  readonly conversationId: Id
  readonly messageId: Id
  readonly now: Date
  readonly utcOffsetMinutes: number
  /** Aborted when the answer is stopped. Absent: nothing stops the call. */
  readonly signal?: AbortSignal
}

export interface OfferedTool extends ModelTool {
  /** A person is asked before it runs. */
  readonly needsApproval: boolean
  /** Acts outside the database: a crash may leave its outcome unknown. */
  readonly external: boolean
  /** Running it twice is harmless. */
  readonly idempotent: boolean
}

/** Content that a tool gave. Nothing has checked it. */
export interface ToolFile {
  readonly base64: string
  /** With or without an extension: the content decides on that. */
  readonly name: string
  /** `any`: a picture, a recording, or something to read. */
  readonly kind: 'picture' | 'any'
}

/** Keeps a file of a tool for the message of the call: it is shown when the call ends. `refused` is a sentence. */
export type KeepToolFile = (
  file: ToolFile,
) => Promise<{ readonly name: string; readonly mediaType: string; readonly bytes: number } | { readonly refused: string }>

/** The outcome of a call. Both kinds go back to the model. */
export type ToolOutcome = { readonly result: Json } | { readonly error: string }

/** A person's answer to a question of a tool, in the words of the protocol. */
export type ToolAnswer =
  /** Without content where the person was asked to open an address. */
  { readonly action: 'accept'; readonly content?: Readonly<Record<string, Json>> } | { readonly action: 'decline' }

/** What a call of another server needs in order to go on after a crash or a long wait. Plain JSON, kept in the ledger. */
export interface RemoteCall {
  /** How often the call was continued with answers: the calls of each round have a key of their own. */
  readonly round: number
  /** The server works on it by itself, and is asked for the outcome. */
  readonly taskId?: string
  /** The server's own note on where it stopped, given back as it came. */
  readonly requestState?: string
  /** The request is still open, on one connection of one process. */
  readonly held?: boolean
  /** The questions of the tool that nobody has answered, by the server's keys, in order. */
  readonly questions?: Readonly<Record<string, ToolForm>>
  readonly answers?: Readonly<Record<string, ToolAnswer>>
}

export interface OutsideOptions {
  readonly keepFile?: KeepToolFile
  /** Identifies the call: a repeat has the same one. */
  readonly key?: string
  readonly remote?: RemoteCall | null
  /** Whether the abort of the signal means that a person has stopped the answer; otherwise another worker may take the call over. */
  readonly isCancelled?: () => boolean
  /** The server has made a task of the call. It is asked for the outcome once this has resolved. */
  readonly onTask?: (remote: RemoteCall) => Promise<void>
  readonly onProgress?: (progress: ToolProgress) => void
}

/** The outcome of a call of another server. `unknown`: it may or may not have happened. `asks`: it needs answers of a person first. */
export type OutsideOutcome = ToolOutcome | { readonly unknown: string } | { readonly asks: RemoteCall }

/** What became of a call that broke off, by the tool that the server or the operator names for such questions. */
export type ProbedOutcome = ToolOutcome | 'not-done' | null

/** All tools that an answer may use: ours and those of other servers. A tool's own failure is an outcome, never an exception. */
export interface ToolRunner {
  readonly offer: (userId: Id) => Promise<readonly OfferedTool[]>
  /** Arguments as the model wrote them, validated; or what is wrong with them, for the model. */
  readonly parse: (name: string, args: string) => { readonly args: Json } | { readonly error: string }
  /** One of our own: inside the transaction that also ends its row in the ledger. Logs `tool` and `database` after the commit. */
  readonly runInside: (unit: UnitOfWork, context: ToolCaller, name: string, args: Json) => Promise<ToolOutcome>
  /**
   * One of another server. Ends with `signal`, and by its own deadline. Without `keepFile`, pictures and sound are only named.
   * Rejects only with what `onTask` rejects with.
   */
  readonly runOutside: (
    context: ToolCaller,
    name: string,
    args: Json,
    signal: AbortSignal,
    options?: OutsideOptions,
  ) => Promise<OutsideOutcome>
  /** Asks the server of a tool what became of the call with this key. Null: nobody can say. Never rejects. */
  readonly probeOutside: (name: string, key: string, signal: AbortSignal) => Promise<ProbedOutcome>
  /** Tells the server of a tool that nobody waits for a call any more that had asked a question. Never rejects. */
  readonly abandon: (name: string, key: string, remote: RemoteCall) => Promise<void>
  /** What is wrong with arguments that a person has changed. Null: the tool is not known at the moment. */
  readonly validate: (name: string, args: Json) => readonly { readonly path: string; readonly message: string }[] | null
  /** The approval question for a person. Null: the call would do nothing, e.g. because its target does not exist, so no one is asked. */
  readonly ask: (unit: UnitOfWork, context: ToolCaller, name: string, args: Json) => Promise<string | null>
}
