import { httpError, toolCalls, type Answer } from '../server/testing/scripted-provider/index.ts'
import { contentToText, type WireBody, type WireMessage } from '../server/testing/scripted-provider/scripted-request.ts'
import { questionToAnswer, taskTitle, textToQuestion, wordsBeforeTasks, type Question } from './question.ts'

/**
 * What a provider does to one model call, from the word with the number `at` on. `reset` breaks the connection, `truncate` ends the body
 * without a reason, `stall` says nothing for a while, `refuse` answers 503 before anything, `garbage` sends frames that are no JSON and
 * unknown fields, `lie` reports a usage that cannot be.
 */
export interface Fate {
  readonly kind: 'reset' | 'truncate' | 'stall' | 'refuse' | 'garbage' | 'lie'
  readonly at: number
  readonly stallMs?: number
}

/** The scripted model of a run: every question determines its answer to the letter, and the prefix that it is shown says where it continues. */
export interface ChaosModel {
  readonly answer: Answer
  /** The next model calls about a question meet these, one each. */
  readonly doom: (nonce: string, ...fates: Fate[]) => void
  /** From now on the first model call about each question meets a fate of these, until it is called with null. */
  readonly doomNext: (fate: (() => Fate) | null) => void
  /** Requests in which the text so far was not a prefix of the answer: the product has shown the model what it never said. */
  readonly wrongPrefixes: readonly string[]
}

export function createChaosModel(random: () => number): ChaosModel {
  const doomed = new Map<string, Fate[]>()
  const wrongPrefixes: string[] = []
  const met = new Set<string>()
  let fateOfNext: (() => Fate) | null = null
  return {
    doomNext: (fate) => {
      fateOfNext = fate
    },
    doom: (nonce, ...fates) => doomed.set(nonce, [...(doomed.get(nonce) ?? []), ...fates]),
    wrongPrefixes,
    answer: async (reply) => {
      const found = readRequest(reply.request.body)
      if (found === null) return await httpError(400)(reply)
      const { question, saidBefore, isAfterTasks } = found
      const isFirst = !met.has(question.nonce)
      met.add(question.nonce)
      const fate = doomed.get(question.nonce)?.shift() ?? (isFirst ? fateOfNext?.() : undefined)
      if (fate?.kind === 'refuse') return await httpError(503)(reply)
      const whole = questionToAnswer(question)
      const firstHalf = whole.slice(0, textLength(question, wordsBeforeTasks(question)))
      const rest = isAfterTasks ? whole.slice(firstHalf.length) : firstHalf
      // What surrounds a prefix may be trimmed on its way to the model.
      const said = rest.startsWith(saidBefore) ? saidBefore : (rest.match(/^\s*/u)?.[0] ?? '') + saidBefore.trim()
      if (!rest.startsWith(said)) {
        wrongPrefixes.push(`${question.nonce}: ${JSON.stringify(saidBefore.slice(-80))}`)
        return await httpError(400)(reply)
      }
      // Models that continue like to repeat their last words.
      const last = /(?:\S+\s+){3}$/u.exec(said)?.[0] ?? ''
      const isRepeating = said === saidBefore && last.length >= 20 && random() < 0.3
      const words = ((isRepeating ? last : '') + rest.slice(said.length)).match(/\S+\s*|\s+/gu) ?? []
      let count = 0
      for (const word of words) {
        if (fate && count === fate.at) {
          if (fate.kind === 'reset') return reply.drop()
          if (fate.kind === 'truncate') return reply.end()
          if (fate.kind === 'stall') await reply.sleep(fate.stallMs ?? 1_000)
          if (fate.kind === 'garbage')
            await reply.raw(': a comment\n\nevent: unknown\ndata: {"object":"unknown","choices":[]}\n\n')
        }
        await reply.tokens([word])
        count += 1
        if (question.perSecond > 0) await reply.sleep(1_000 / question.perSecond)
      }
      if (fate?.kind === 'reset') return reply.drop()
      if (fate?.kind === 'truncate') return reply.end()
      if (question.tasks > 0 && !isAfterTasks) {
        const calls = Array.from({ length: question.tasks }, (_, index) => ({
          name: 'add_task',
          args: { title: taskTitle(question, index) },
        }))
        return await toolCalls(...calls)(reply)
      }
      if (fate?.kind === 'lie') return await reply.finish('stop', { prompt_tokens: 0, completion_tokens: 2_000_000_000 })
      return await reply.finish()
    },
  }
}

interface Found {
  readonly question: Question
  /** What the answer has already of the text that this call is to give. */
  readonly saidBefore: string
  readonly isAfterTasks: boolean
}

function readRequest({ messages = [] }: WireBody): Found | null {
  const at = messages.findLastIndex(({ role, content }) => role === 'user' && textToQuestion(contentToText(content).trim()))
  const question = textToQuestion(contentToText(messages[at]?.content).trim())
  if (question === null) return null
  const after = messages.slice(at + 1)
  const lastTool = after.findLastIndex(({ role }) => role === 'tool')
  const isAssistant = ({ role }: WireMessage) => role === 'assistant'
  const saidBefore = after
    .slice(lastTool + 1)
    .filter(isAssistant)
    .map(({ content }) => contentToText(content))
    .join('')
  return { question, saidBefore, isAfterTasks: lastTool >= 0 }
}

function textLength(question: Question, words: number): number {
  return questionToAnswer({ ...question, words }).length
}
