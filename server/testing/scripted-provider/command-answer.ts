import { hangBeforeHeaders, html, httpError, raw, text, tokens, toolCalls, type Answer, type TokensOptions } from './answers.ts'
import type { Gate } from './gate.ts'
import { lastToolText, readContinuation, type WireBody } from './scripted-request.ts'

/**
 * Does what the last user message says, so that tests of whole processes can script the provider from the composer:
 *
 * `tokens 2000 at 100` · `tokens 50 at 20 hang|drop|truncate|cut|hold after 10` (hold: until `POST /control/release`) ·
 * `say any text` · `error 503` · `error 429 retry-after 2` · `error 503 x2 then tokens 5` · `tool list_tasks {"status":"all"}` ·
 * `html` · `empty` · `hang`. Anything else, and any result of a tool, is said back. Asked to continue `tokens …`, it says the rest, but
 * none after `cut`.
 */
export function createCommandAnswer(held: () => Gate): Answer {
  return async (reply) => {
    const said = lastToolText(reply.request.body)
    const rest = toRest(reply.request.body)
    const answer =
      said !== null
        ? text(`The tool said: ${said}`)
        : (rest ?? commandToAnswer(reply.request.lastUserText.trim(), reply.request.attempt, held))
    await answer(reply)
  }
}

function commandToAnswer(command: string, attempt: number, held: () => Gate): Answer {
  if (/^hang$/iu.test(command)) return hangBeforeHeaders
  if (/^html$/iu.test(command)) return html()
  if (/^empty$/iu.test(command)) return raw('data: [DONE]\n\n')
  const said = /^say (.+)$/isu.exec(command)?.[1]
  if (said !== undefined) return text(said)
  return toTokens(command, held) ?? toError(command, attempt, held) ?? toTool(command) ?? text(`You said: ${command}`)
}

function toRest(body: WireBody): Answer | null {
  const found = readContinuation(body)
  const groups = tokensCommand.exec(found?.asked.trim() ?? '')?.groups
  if (!found || !groups) return null
  if (groups['then'] === 'cut') return httpError(400)
  const said = found.said.match(/t\d+ /gu)?.length ?? 0
  const perSecond = groups['rate'] === undefined ? {} : { perSecond: Number(groups['rate']) }
  return tokens(Math.max(0, Number(groups['count']) - said), { from: said + 1, ...perSecond })
}

const tokensCommand =
  /^tokens (?<count>\d+)(?: at (?<rate>\d+))?(?: (?<then>hang|drop|truncate|cut|hold) after (?<after>\d+))?$/iu

function toTokens(command: string, held: () => Gate): Answer | null {
  const found = tokensCommand.exec(command)
  if (!found?.groups) return null
  const { count, rate, then, after } = found.groups
  const options: TokensOptions = {
    ...(rate !== undefined && { perSecond: Number(rate) }),
    ...(then !== undefined && {
      stopAfter: Number(after),
      then: then === 'hold' ? held() : then === 'cut' ? 'truncate' : (then as 'hang' | 'drop' | 'truncate'),
    }),
  }
  return tokens(Number(count), options)
}

function toError(command: string, attempt: number, held: () => Gate): Answer | null {
  const found = /^error (?<status>\d{3})(?: retry-after (?<seconds>\d+))?(?: x(?<times>\d+) then (?<next>.+))?$/isu.exec(command)
  if (!found?.groups) return null
  const { status, seconds, times, next } = found.groups
  if (next !== undefined && attempt > Number(times)) return commandToAnswer(next, attempt, held)
  return httpError(Number(status), {}, seconds === undefined ? {} : { 'retry-after': seconds })
}

function toTool(command: string): Answer | null {
  const found = /^tool (?<name>\S+)(?: (?<args>.+))?$/isu.exec(command)
  return found?.groups?.['name'] === undefined
    ? null
    : toolCalls({ name: found.groups['name'], args: found.groups['args'] ?? '{}' })
}
