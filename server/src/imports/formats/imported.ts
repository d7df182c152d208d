import type {
  AnswerParameters,
  GenerationNote,
  Goal,
  Id,
  MessageError,
  MessageStatus,
  Milestone,
  Part,
  Role,
  Task,
  Usage,
} from '@holdfast/shared'
import type { ArchiveEntry } from '../archive/open-archive.ts'

/** Something that has no place here, or that could not be read: it is named in the report. */
export interface ImportProblem {
  /** What it is, as its owner knows it. */
  readonly what: string
  readonly why: string
}

/** A file that a message shows, still in the archive. */
export interface ImportedFile {
  readonly type: 'file'
  readonly name: string
  /** Null: the archive does not hold it, but it may be here. */
  readonly entry: ArchiveEntry | null
  /** Its id in our own export. */
  readonly fileId?: Id
  /** The tool call that it came with. */
  readonly callId?: string
  /** Its text, where that is known: shown in the message if the file cannot be kept. */
  readonly text?: string
}

export type ImportedPart = Exclude<Part, { type: 'file' }> | ImportedFile

export interface ImportedMessage {
  /** Unique in its conversation. */
  readonly sourceId: string
  /** A message that comes before this one; null at a root. */
  readonly parentSourceId: string | null
  readonly role: Role
  readonly parts: readonly ImportedPart[]
  readonly status: MessageStatus
  readonly model: string | null
  readonly usage: Usage | null
  readonly costMicroUsd: number | null
  readonly error: MessageError | null
  readonly notes: readonly GenerationNote[]
  /** Those of the importing user. */
  readonly reactions: readonly string[]
  /** Null: the source does not say. */
  readonly createdAt: Date | null
  readonly updatedAt: Date | null
}

/** A conversation of any source, in our words: the whole tree, parents before their children. */
export interface ImportedConversation {
  readonly type: 'conversation'
  readonly sourceId: string
  readonly title: string | null
  readonly createdAt: Date | null
  readonly updatedAt: Date | null
  readonly instructions: string | null
  /** Absent: the source has none that are ours. */
  readonly parameters?: AnswerParameters | undefined
  readonly model: string | null
  readonly pinned: boolean
  readonly archived: boolean
  readonly unread: boolean
  /** Its last answer failed. */
  readonly failed: boolean
  /** The end of the path that the source shows; null: the newest. */
  readonly activeSourceId: string | null
  readonly messages: readonly ImportedMessage[]
  readonly problems: readonly ImportProblem[]
}

/** Goals before milestones before tasks, as our export writes them. */
export type ImportedPlannerItem =
  | { readonly type: 'goal'; readonly item: Goal }
  | { readonly type: 'milestone'; readonly item: Milestone }
  | { readonly type: 'task'; readonly item: Task }

/** A problem by itself; `isConversation`: it is why a conversation is not imported. */
export interface ImportedProblem {
  readonly type: 'problem'
  readonly problem: ImportProblem
  readonly isConversation: boolean
}

/** What an import file is read as, piece by piece. */
export type ImportedItem = ImportedConversation | ImportedPlannerItem | ImportedProblem
