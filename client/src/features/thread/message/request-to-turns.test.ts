import { expect, test } from 'vitest'
import { requestToTurns } from './request-to-turns.ts'

test('requests to both APIs are read turn by turn', () => {
  const call = { role: 'assistant', content: '', tool_calls: [{ id: '1' }] }
  expect(
    requestToTurns({ model: 'm', messages: [{ role: 'system', content: 'Be brief.' }, call], tools: [{ type: 'function' }] }),
  ).toEqual([
    { label: 'system', value: 'Be brief.' },
    { label: 'assistant', value: call },
    { label: 'tools (1)', value: [{ type: 'function' }] },
  ])
  const output = { type: 'function_call_output', call_id: '1', output: '[]' }
  expect(requestToTurns({ instructions: 'Be brief.', input: [{ role: 'user', content: 'Hello' }, output] })).toEqual([
    { label: 'instructions', value: 'Be brief.' },
    { label: 'user', value: 'Hello' },
    { label: 'function_call_output', value: output },
  ])
  const parameters = { temperature: 0, reasoning: { effort: 'low' } }
  expect(requestToTurns({ model: 'm', input: [], store: false, ...parameters })).toEqual([
    { label: 'parameters', value: parameters },
  ])
  expect(requestToTurns(null)).toEqual([])
})
