import { createGate, httpError, text, tokens, type Answer } from '../../server/testing/scripted-provider/index.ts'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { answers, contentOf, expectStatus, lastAnswer, send } from './page-parts.ts'
import { sharedByFile } from './shared-by-file.ts'
import { expect, test as base } from './test.ts'

const long = (what: string) => `${what} ${'lorem ipsum dolor '.repeat(540)}`

/** Reasoning pauses after its first line, and before its end, until the test opens the gate there. */
const createThought = () => ({ firstLine: createGate(), end: createGate() })
let thought = createThought()

const slowThought: Answer = async (reply) => {
  await reply.think('First, what is asked? Two and two.\n\n')
  await reply.until(thought.firstLine.opened)
  for (let line = 1; line < 25; line += 1) await reply.think(`Line ${line} of a thought.\n\n`)
  await reply.until(thought.end.opened)
  await text('Four.')(reply)
}

/** The question selects the failure. */
const scripts: Readonly<Record<string, Answer>> = {
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

const test = base.extend<{ readonly oddServer: TestServer }>({
  oddServer: sharedByFile(async (use) => {
    await using server = await startTestServer({
      env: { AUTO_CONTINUE: 'off', OPENAI_MODEL: 'scripted-1', MODEL_PRICE_JSON: '{"scripted-1":{"input":2.5,"output":10}}' },
    })
    server.provider.script(async (reply) => {
      const { lastUserText, body } = reply.request
      const asked = Object.keys(scripts).find((key) => lastUserText.startsWith(key))
      const answer = body.model === 'scripted-2' ? text('The other one answers.') : scripts[asked ?? '']
      await (answer ?? text('ok'))(reply)
    })
    await use(server)
  }),
  start: async ({ oddServer }, use) => await use(oddServer.url),
})

const ended = 'answer-ended'

const failures = [
  ['truncated', 'provider-truncated', 'provider', 'ended its answer too early. Everything so far is saved.', 'Try again'],
  ['wrong key', 'provider-unauthorized', 'settings', 'rejected this server’s API key', 'check the API key'],
  ['no credit', 'provider-quota', 'settings', 'has no credit left. Nothing was lost.', 'add credit'],
  ['too long', 'context-overflow', 'request', 'too long for the model', 'larger context window'],
  ['filtered', 'content-filter', 'request', 'content filter', 'Rephrase your message'],
  ['overloaded', 'provider-overloaded', 'provider', 'is overloaded (3 attempts). Nothing was lost.', 'use another model'],
] as const

test('the page says of every failure whose fault it is, that nothing is lost, and what to do about it', async ({ page }) => {
  for (const [asked, code, fault, says, advice] of failures) {
    await test.step(asked, async () => {
      await page.getByTestId('new-conversation').click()
      await expect(answers(page)).toHaveCount(0)
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
})

test('reasoning is visible with a timer while it is generated, and collapsed afterwards', async ({ page }) => {
  thought = createThought()
  await send(page, 'think')
  const shown = lastAnswer(page).getByTestId('reasoning')
  await expect(shown).toHaveAttribute('data-growing', 'true')
  await expect(shown.getByRole('group', { name: 'Thoughts' })).toContainText('Two and two.')
  await expect(shown.getByTestId('reasoning-clock')).toHaveText(/^[1-9]\d* s$/u)
  thought.firstLine.open()
  await expect(shown, 'the newest line is in sight').toContainText('Line 24')
  thought.end.open()
  await expectStatus(lastAnswer(page), 'completed')
  const button = shown.getByRole('button', { name: /^Thought for [1-9]\d* s$/u })
  await expect(button).toHaveAttribute('aria-expanded', 'false')
  await expect(shown).not.toContainText('Two and two.')
  await expect(contentOf(lastAnswer(page))).toContainText('Four.')
  await button.focus()
  await page.keyboard.press('Enter')
  await expect(shown).toContainText('Two and two.')
  await page.reload()
  await expect(shown, 'left open, it stays open').toContainText('Two and two.')
  await expect(shown.getByRole('button')).toHaveText(/^Thought for [1-9]\d* s$/u)
})

test('a prompt that was truncated repeatedly shows a warning, and omitted turns are mentioned', async ({ page }) => {
  const ask = async (question: string) => {
    await send(page, long(question))
    await expect(page.locator('[data-role=assistant][data-status=completed]').last()).toContainText(/ok|Who are you/u)
    await expect(page.locator('[data-role=assistant]:not([data-status=completed])')).toHaveCount(0)
  }
  for (const question of ['one', 'two', 'three', 'read half', 'read half']) await ask(question)
  const notes = lastAnswer(page).getByTestId('answer-notes')
  await expect(notes).toContainText(/truncated the prompt \(2k of [\d.]+k tokens\)/u)
  await ask('last')
  await expect(notes).toContainText(
    /\d earlier turns? (?:was|were) left out because (?:it does|they do) not fit the model’s context window of 2k\./u,
  )
  await page.reload()
  await expect(notes).toContainText('left out')
})

test('the token counts and the cost of an answer are shown on hover', async ({ page }) => {
  await send(page, 'billed')
  await expectStatus(lastAnswer(page), 'completed')
  await lastAnswer(page).hover()
  const facts = lastAnswer(page).getByTestId('answer-facts')
  await expect(facts).toBeVisible()
  await expect(facts).toContainText(/scripted-1 · 12k in, 300 out · \$0\.033 · /u)
  await expect(facts).toHaveAttribute('title', /· 12,000 input tokens, 300 output tokens\.$/u)
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)
  test('axe finds no violation in reasoning, failures and notes', async ({ page }, info) => {
    thought = createThought()
    thought.firstLine.open()
    await send(page, 'think')
    await expect(lastAnswer(page).getByTestId('reasoning')).toContainText('Line 24')
    await expectAccessibleAtEverySize(page, info, 'thinking')
    thought.end.open()
    await expectStatus(lastAnswer(page), 'completed')
    await send(page, long('read half'))
    await expect(contentOf(lastAnswer(page))).toHaveText('Who are you?')
    await send(page, 'overloaded')
    await expect(page.getByTestId('retry-notice')).toBeVisible()
    await expectStatus(lastAnswer(page), 'error')
    await expect(lastAnswer(page).getByTestId('other-model')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'failed')
  })
})
