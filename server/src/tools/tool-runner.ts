import type { Id, Json } from '@holdfast/shared'
import type { UnitOfWork } from '../event-log/unit-of-work.ts'
import type { ModelTool } from '../models/model.ts'

/** The user and the time for which a tool acts. The user comes from here alone, never from arguments. */
export interface ToolCaller {
  readonly userId: Id
  readonly conversationId: Id
  readonly messageId: Id
  readonly now: Date
  readonly utcOffsetMinutes: number
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

/** All tools that an answer may use: ours and those of other servers. A tool's own failure is an outcome, never an exception. */
export interface ToolRunner {
  readonly offer: (userId: Id) => Promise<readonly OfferedTool[]>
  /** Arguments as the model wrote them, validated; or what is wrong with them, for the model. */
  readonly parse: (name: string, args: string) => { readonly args: Json } | { readonly error: string }
  /** One of our own: inside the transaction that also ends its row in the ledger. Logs `tool` and `database` after the commit. */
  readonly runInside: (unit: UnitOfWork, context: ToolCaller, name: string, args: Json) => Promise<ToolOutcome>
  /**
   * One of another server. Ends with `signal`, and by its own deadline. `unknown`: it may or may not have happened. Without `keepFile`,
   * pictures and sound are only named.
   */
  readonly runOutside: (
    context: ToolCaller,
    name: string,
    args: Json,
    signal: AbortSignal,
    keepFile?: KeepToolFile,
  ) => Promise<ToolOutcome | { readonly unknown: string }>
  /** The approval question for a person. Null: the call would do nothing, e.g. because its target does not exist, so no one is asked. */
  readonly ask: (unit: UnitOfWork, context: ToolCaller, name: string, args: Json) => Promise<string | null>
}
