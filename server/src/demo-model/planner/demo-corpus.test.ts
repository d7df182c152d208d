import { expect, test } from 'vitest'
import { commands, everydaySentences } from '../../../test/demo-corpus/everyday.ts'
import { requests } from '../../../test/demo-corpus/requests.ts'
import { plannerTools } from '../../planner/tools/planner-tools.ts'
import { chooseReply } from '../choose-reply.ts'
import type { DemoRequest } from '../demo-request.ts'

const toolNames = plannerTools.map((tool) => tool.name)
const argumentsByTool = Object.fromEntries(plannerTools.map((tool) => [tool.name, Object.keys(tool.input.shape)]))

function callsFor(question: string) {
  const messages = [{ role: 'user', content: question }]
  const request: DemoRequest = {
    model: 'demo-rules',
    isStream: true,
    wantsUsage: true,
    messages,
    toolNames,
    argumentsByTool,
    question: question.trim(),
  }
  const { plan } = chooseReply(request)
  return plan.kind === 'tool-calls' ? plan.calls : []
}

test('thousands of everyday sentences cause no tool call at all', () => {
  const sentences = everydaySentences()
  expect(sentences.length).toBeGreaterThan(20_000)
  const wrong = sentences.flatMap((sentence) => callsFor(sentence).map(({ name, args }) => ({ sentence, name, args })))
  expect(wrong.slice(0, 20)).toEqual([])
})

test('the instructions in these sentences are real: each alone does cause one', () => {
  expect(commands.filter((command) => callsFor(command).length === 0)).toEqual([])
})

test.each(requests.map(([request, ...calls]) => ({ request, calls })))('$request', ({ request, calls }) => {
  expect(callsFor(request)).toEqual(calls)
})

test('there are hundreds of different real requests', () => {
  expect(new Set(requests.map(([request]) => request)).size).toBeGreaterThan(300)
})
