import { httpError, text, tokens, type Answer } from '../../server/test/scripted-provider/index.ts'
import { expectAccessible, looks } from './expect-accessible.ts'
import { openHouse, type House } from './house.ts'
import { contentOf, expectStatus, lastAnswer, openStart, send } from './page-parts.ts'
import { sharedByFile } from './shared-by-file.ts'
import { expect, test as base } from './test.ts'

const long = (what: string) => `${what} ${'lorem ipsum dolor '.repeat(540)}`

const slowThought: Answer = async (reply) => {
  await reply.think('First, what is asked? Two and two.\n\n')
  await reply.sleep(2_500)
  for (let line = 1; line < 25; line += 1) await reply.think(`Line ${line} of a thought.\n\n`)
  await reply.sleep(1_500)
  await text('Four.')(reply)
}

/** What is asked decides how it goes wrong. */
const answers: Readonly<Record<string, Answer>> = {
  truncated: tokens(40, { stopAfter: 20, then: 'truncate' }),
  'wrong key': httpError(401, { code: 'invalid_api_key' }),
  'no credit': httpError(429, { code: 'insufficient_quota', type: 'insufficient_quota' }),
  'too long': httpError(400, { message: 'the request exceeds the available context size' }),
  filtered: httpError(400, { code: 'content_filter' }),
  overloaded: httpError(503),
  think: slowThought,
  'read half': text('Who are you?', { usage: { prompt_tokens: 2048, completion_tokens: 4 } }),
  billed: text('Paid.', { usage: { prompt_tokens: 12_000, completion_tokens: 300 } }),
}

const test = base.extend<{ readonly oddHouse: House }>({
  oddHouse: sharedByFile(async (use) => {
    await using house = await openHouse({
      env: { OPENAI_MODEL: 'scripted-1', MODEL_PRICE_JSON: '{"scripted-1":{"input":2.5,"output":10}}' },
    })
    house.provider.script(async (reply) => {
      const { lastUserText, body } = reply.request
      const asked = Object.keys(answers).find((key) => lastUserText.startsWith(key))
      const answer = body.model === 'scripted-2' ? text('The other one answers.') : answers[asked ?? '']
      await (answer ?? text('ok'))(reply)
    })
    await use(house)
  }),
})

const ended = 'answer-ended'

for (const [asked, code, fault, says, advice] of [
  [
    'truncated',
    'provider-truncated',
    'provider',
    'broke off before the end of its answer. Everything up to here is saved.',
    'Try again',
  ],
  ['wrong key', 'provider-unauthorized', 'settings', 'does not accept this server’s key', 'check the key'],
  ['no credit', 'provider-quota', 'settings', 'has no credit left. Nothing was lost.', 'top it up'],
  ['too long', 'context-overflow', 'request', 'too long for the model', 'larger context'],
  ['filtered', 'content-filter', 'request', 'content filter', 'in other words'],
  ['overloaded', 'provider-overloaded', 'provider', 'it is overloaded (3 tries). Nothing was lost.', 'use another model'],
] as const) {
  test(`${asked}: the page says whose fault it is, that nothing is lost, and what to do`, async ({ page, oddHouse }) => {
    await openStart(page, oddHouse.url)
    await send(page, asked)
    await expectStatus(lastAnswer(page), 'error')
    const note = lastAnswer(page).getByTestId(ended)
    await expect(note).toHaveAttribute('data-code', code)
    await expect(note).toHaveAttribute('data-fault', fault)
    await expect(note).toContainText(says)
    await expect(note).toContainText(advice)
    await note.getByRole('button', { name: 'Try again' }).click()
    await expect(lastAnswer(page).getByTestId('branch-switcher')).toContainText('2 / 2')
    await expectStatus(lastAnswer(page), 'error')
    await lastAnswer(page).getByTestId('other-model').click()
    await page.getByRole('option', { name: 'scripted-2' }).click()
    await expect(contentOf(lastAnswer(page))).toHaveText('The other one answers.')
    await expect(lastAnswer(page).getByTestId('branch-switcher')).toContainText('3 / 3')
  })
}

test('a thought is in sight while it is thought, with a clock, and folded away after that', async ({ page, oddHouse }) => {
  await openStart(page, oddHouse.url)
  await send(page, 'think')
  const thought = lastAnswer(page).getByTestId('reasoning')
  await expect(thought).toHaveAttribute('data-growing', 'true')
  await expect(thought.getByRole('group', { name: 'Thoughts' })).toContainText('Two and two.')
  await expect(thought.getByTestId('reasoning-clock')).toHaveText(/^[1-9] s$/u)
  await expect(thought, 'the newest line is in sight').toContainText('Line 24')
  await expectStatus(lastAnswer(page), 'completed')
  const button = thought.getByRole('button', { name: /^Thought for [2-9] s$/u })
  await expect(button).toHaveAttribute('aria-expanded', 'false')
  await expect(thought).not.toContainText('Two and two.')
  await expect(contentOf(lastAnswer(page))).toContainText('Four.')
  await button.focus()
  await page.keyboard.press('Enter')
  await expect(thought).toContainText('Two and two.')
  await page.reload()
  await expect(thought, 'left open, it stays open').toContainText('Two and two.')
  await expect(thought.getByRole('button')).toHaveText(/^Thought for [2-9] s$/u)
})

test('turns that did not fit are spoken of on the answer that did not see them, and a prompt that was cut is a warning', async ({
  page,
  oddHouse,
}) => {
  await openStart(page, oddHouse.url)
  for (const question of ['one', 'two', 'three', 'four', 'five']) {
    await send(page, long(question))
    await expect(page.locator('[data-role=assistant][data-status=completed]').last()).toContainText('ok')
    await expect(page.locator('[data-role=assistant]:not([data-status=completed])')).toHaveCount(0)
  }
  await send(page, long('read half'))
  await expect(contentOf(lastAnswer(page))).toHaveText('Who are you?')
  const notes = lastAnswer(page).getByTestId('answer-notes')
  await expect(notes).toContainText(/\d earlier turns? (?:was|were) left out: (?:it does|they do) not fit the model’s window\./u)
  await expect(notes).toContainText(/The provider has read only 2k of [\d.]+k tokens/u)
  await page.reload()
  await expect(notes).toContainText('left out')
})

test('what an answer took and cost is there for who points at it', async ({ page, oddHouse }) => {
  await openStart(page, oddHouse.url)
  await send(page, 'billed')
  await expectStatus(lastAnswer(page), 'completed')
  await lastAnswer(page).hover()
  const facts = lastAnswer(page).getByTestId('answer-facts')
  await expect(facts).toBeVisible()
  await expect(facts).toContainText(/scripted-1 · 12k in, 300 out · \$0\.033 · /u)
  await expect(facts).toHaveAttribute('title', /· 12,000 tokens read, 300 written\.$/u)
})

for (const { name, use } of looks) {
  test.describe(name, () => {
    test.use(use)
    test('no known barrier: thoughts, failures, notes', async ({ page, oddHouse }, info) => {
      await openStart(page, oddHouse.url)
      await send(page, 'think')
      await expect(lastAnswer(page).getByTestId('reasoning')).toContainText('Line 24')
      await expectAccessible(page, info, 'thinking')
      await expectStatus(lastAnswer(page), 'completed')
      await send(page, long('read half'))
      await expect(contentOf(lastAnswer(page))).toHaveText('Who are you?')
      await send(page, 'overloaded')
      await expect(page.getByTestId('retry-notice')).toBeVisible()
      await expectStatus(lastAnswer(page), 'error')
      await expect(lastAnswer(page).getByTestId('other-model')).toBeVisible()
      await expectAccessible(page, info, 'failed')
    })
  })
}
