import { createSeededRandom } from '../../server/test/seeded-random.ts'
import { tokensText } from '../../server/testing/scripted-provider/index.ts'
import { release } from './test-server.ts'
import { countShownTokens, expectTokens, watchTokens } from './numbered-tokens.ts'
import { expectStatus, lastAnswer, messageIdOf, questions, send } from './page-parts.ts'
import { expect, test } from './test.ts'

const total = 2_000
const reloads = 20
/** About a second on a quiet machine. */
const generousMs = 15_000

test('an answer of 2,000 tokens is complete after each of 20 reloads at random points', async ({ page, api, server }) => {
  const random = createSeededRandom(20)
  const points = Array.from({ length: reloads }, () => 1 + Math.floor(random() * (total - 100))).sort((a, b) => a - b)
  const watched = await watchTokens(page, total)
  const callsBefore = server.provider.calls

  // The last tokens wait for the last reload, so that even a slow machine reloads during the answer.
  await send(page, `tokens ${total} at 100 hold after ${total - 20}`)
  const answer = lastAnswer(page)
  const times: number[] = []
  for (const point of points) {
    const before = await expectTokens(answer, point)
    expect(await watched.faults()).toEqual([])
    const startedAt = Date.now()
    await page.reload()
    const after = await expectTokens(answer, before, generousMs)
    times.push(Date.now() - startedAt)
    expect(after).toBeLessThanOrEqual(total - 20)
    await expect(answer).toHaveAttribute('data-status', 'generating')
  }
  console.log(`reload to whole text: median ${times.toSorted((a, b) => a - b)[reloads / 2]} ms, worst ${Math.max(...times)} ms`)

  await release(server)
  await expectStatus(answer, 'completed')
  expect(await countShownTokens(answer)).toBe(total)
  expect(await watched.faults()).toEqual([])
  await expect(questions(page)).toHaveCount(1)
  expect(server.provider.calls - callsBefore, 'one call of the provider').toBe(1)
  const stored = await api.messages.content.query({ messageId: await messageIdOf(answer) })
  expect(Buffer.from(stored.content).equals(Buffer.from(tokensText(total))), 'the stored text is byte-equal').toBe(true)
})
