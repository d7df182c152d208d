import fc from 'fast-check'
import { isActive, isContinuable, type Message, type TerminalStatus } from '../src/index.ts'
import { createLogWriter, type LogWriter, type WrittenLog } from './log-writer.ts'

/** Texts that models really send and that databases, sockets and regular expressions stumble over, halves of surrogate pairs included. */
export const oddTexts = [
  '👩‍👩‍👧‍👦',
  '🏳️‍🌈',
  '🇺🇳',
  'e\u0301',
  '\u0000',
  '\ud83d',
  '\ude00',
  '\u200d',
  'the the the ',
  '\r\n\u2028',
  '"\\u0000"',
] as const

/** Any UTF-16 units, whole pairs or not. */
const unitsArbitrary = fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 6 }).map((units) => String.fromCharCode(...units))

/** Text with all of that, never empty. */
export const textArbitrary = fc
  .array(fc.oneof(fc.constantFrom(...oddTexts), unitsArbitrary), {
    minLength: 1,
    maxLength: 4,
  })
  .map((pieces) => pieces.join(''))

const terminal = ['completed', 'cancelled', 'error', 'interrupted'] as const satisfies readonly TerminalStatus[]

interface Command {
  readonly kind: keyof typeof commands
  /** Chooses among what there is. */
  readonly pick: number
  readonly text: string
  readonly afterMs: number
}

type Run = (writer: LogWriter, command: Command) => void

const commands = {
  send: (writer, { text }) => writer.appendTurn(writer.conversation.activeMessageId, text),
  sendAnywhere: (writer, command) => writer.appendTurn(choose(writer.messages, command)?.id ?? null, command.text),
  sendRoot: (writer, { text }) => writer.appendTurn(null, text),
  edit: (writer, command) => {
    const question = choose(writer.messages.filter(isQuestion), command)
    if (question) writer.appendTurn(question.parentId, command.text)
  },
  regenerate: (writer, command) => {
    const question = choose(writer.messages.filter(isQuestion), command)
    if (question) writer.addAnswer(question.id)
  },
  start: onOne(['queued', 'generating'], (writer, message, { pick }) => writer.start(message, (pick % 3) + 1)),
  retry: onOne(['generating'], (writer, message) => writer.retry(message)),
  text: onOne(['generating'], (writer, message, { text }) => writer.say(message, 'text', text)),
  // Wherever a provider cuts: the two halves of a pair come in two deltas.
  units: onOne(['generating'], (writer, message, { text }) => {
    for (let unit = 0; unit < text.length; unit += 1) writer.say(message, 'text', text.charAt(unit))
  }),
  reasoning: onOne(['generating'], (writer, message, { text }) => writer.say(message, 'reasoning', text)),
  takeBack: onOne(['generating'], (writer, message, { pick }) => writer.takeBack(message, pick % 2 === 0)),
  callTool: onOne(['generating'], (writer, message, { text }) => writer.callTool(message, text)),
  addFile: onOne(['generating'], (writer, message, { text, pick }) => writer.addFile(message, text, pick)),
  remark: onOne(['queued', 'generating', 'waiting'], (writer, message, { text }) => writer.remark(message, text)),
  react: (writer, command) => {
    const message = choose(writer.messages, command)
    const reactions = ['star', 'up', '🎉'] as const
    if (message) writer.react(message, reactions[command.pick % 3] ?? 'star', command.pick % 2 === 0 ? 'one' : 'other')
  },
  takeRemark: onOne(['generating'], (writer, message) => writer.takeRemark(message)),
  advanceTool: onOne(['generating', 'waiting'], (writer, message, { pick }) => writer.advanceTool(message, pick % 2 === 0)),
  note: onOne(['generating'], (writer, message, { pick }) =>
    writer.note(
      message,
      pick % 2 === 0
        ? { kind: 'turns-left-out', count: pick + 1, contextWindow: pick % 3 === 0 ? null : 8192 }
        : { kind: 'prompt-cut', sentTokens: 9000 + pick, readTokens: 4096 },
    ),
  ),
  wait: onOne(['generating'], (writer, message) => writer.wait(message)),
  queueAgain: (writer, command) => {
    const message = choose(
      writer.messages.filter((candidate) => candidate.status === 'waiting' || isContinuable(candidate)),
      command,
    )
    if (message) writer.queueAgain(message)
  },
  end: onOne(['generating'], (writer, message, { pick }) => writer.end(message, terminal[pick % terminal.length] ?? 'completed')),
  cancel: (writer, command) => {
    const message = choose(
      writer.messages.filter(({ status }) => isActive(status)),
      command,
    )
    if (message) writer.end(message, 'cancelled')
  },
  remove: (writer, command) => {
    const message = choose(writer.messages, command)
    if (message) writer.remove(message)
  },
  rename: (writer, { text }) => writer.update({ title: text }),
  pin: (writer, { pick }) => writer.update({ pinned: pick % 2 === 0 }),
  markRead: (writer) => writer.update({ unread: false }),
  switchBranch: (writer, command) => writer.update({ activeMessageId: choose(writer.messages, command)?.id ?? null }),
  trash: (writer) => writer.trash(),
} satisfies Record<string, Run>

/** A command for one of the messages that have one of these statuses; nothing when there is none. */
function onOne(
  statuses: readonly Message['status'][],
  run: (writer: LogWriter, message: Message, command: Command) => void,
): Run {
  return (writer, command) => {
    const message = choose(
      writer.messages.filter(({ status }) => statuses.includes(status)),
      command,
    )
    if (message) run(writer, message, command)
  }
}

function isQuestion({ role }: Message): boolean {
  return role === 'user'
}

function choose<Item>(items: readonly Item[], { pick }: Command): Item | undefined {
  return items[pick % Math.max(1, items.length)]
}

// Commands that create text and answers come up more often than commands that remove them.
const kinds = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('send', 'start', 'text', 'units') },
  {
    weight: 3,
    arbitrary: fc.constantFrom('regenerate', 'edit', 'reasoning', 'callTool', 'advanceTool', 'remark', 'takeRemark', 'end'),
  },
  { weight: 2, arbitrary: fc.constantFrom(...(Object.keys(commands) as Command['kind'][])) },
) as fc.Arbitrary<Command['kind']>

const commandArbitrary: fc.Arbitrary<Command> = fc.record({
  kind: kinds,
  pick: fc.nat(11),
  text: textArbitrary,
  afterMs: fc.nat(2),
})

/** Logs as the server writes them, with what is true after each transaction. */
export const logArbitrary: fc.Arbitrary<WrittenLog> = fc
  .array(commandArbitrary, { minLength: 1, maxLength: 40, size: 'max' })
  .map((list) => {
    const writer = createLogWriter()
    for (const command of list) writer.transaction(command.afterMs, () => commands[command.kind](writer, command))
    return writer.written()
  })
