import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { createTemporaryDirectory } from '../../server/testing/temporary-directory.ts'
import { createToolServer, textResult, type ServedTool } from '../../server/test/mcp/tool-server.ts'
import { expectAccessible, expectAccessibleAtEverySize } from './expect-accessible.ts'
import { contentOf, expectStatus, lastAnswer, openStart, send } from './page-parts.ts'
import { expect, test } from './test.ts'
import { startTestServer } from './test-server.ts'
import { typeInto } from './type-into.ts'

const never = () => new Promise<never>(() => {})
const form = {
  type: 'object' as const,
  properties: {
    day: { type: 'string' as const, title: 'Day', description: 'When you arrive', minLength: 3 },
    nights: { type: 'integer' as const, title: 'Nights', minimum: 1, maximum: 9 },
    room: { type: 'string' as const, title: 'Room', enum: ['single', 'double'] },
    breakfast: { type: 'boolean' as const, title: 'Breakfast' },
  },
  required: ['day', 'room'],
}

const signIn = {
  mode: 'url' as const,
  elicitationId: 'e1',
  message: 'Please sign in.',
  url: 'https://hotel.example/sign-in?e=e1',
}

function hotelTools(isBack: boolean): ServedTool[] {
  return [
    { name: 'pay', run: isBack ? (args) => textResult(`paid ${JSON.stringify(args)}`) : never },
    {
      name: 'cancel',
      inputSchema: { type: 'object', properties: { nights: { type: 'integer', maximum: 3 } }, required: ['nights'] },
    },
    {
      name: 'enter',
      run: (_args, { answers }) =>
        answers
          ? textResult(JSON.stringify(answers['in']))
          : { resultType: 'input_required', inputRequests: { in: { method: 'elicitation/create', params: signIn } } },
    },
    {
      name: 'book',
      run: (_args, { answers }) =>
        answers
          ? textResult(JSON.stringify(answers['q']))
          : {
              resultType: 'input_required',
              inputRequests: {
                q: { method: 'elicitation/create', params: { message: 'When do you want to come?', requestedSchema: form } },
              },
            },
    },
  ]
}

async function openHotel() {
  const stack = new AsyncDisposableStack()
  const hotel = stack.use(await createToolServer(hotelTools(false)))
  const directory = stack.use(await createTemporaryDirectory())
  const MCP_SERVERS = join(directory.path, 'servers.json')
  writeFileSync(MCP_SERVERS, JSON.stringify({ mcpServers: { hotel: { url: hotel.url } } }))
  const server = stack.use(await startTestServer({ env: { MCP_SERVERS } }))
  return { hotel, server, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

async function approve(page: Page): Promise<void> {
  await expect(page.getByTestId('approval').last()).toBeVisible()
  await page.getByTestId('approve').last().click()
}

test('a call that a crash left unknown offers three choices, and a form of a tool waits over the restart', async ({
  browser,
}, info) => {
  test.setTimeout(300_000)
  await using opened = await openHotel()
  const { hotel, server } = opened
  const page = await browser.newPage()
  const expectGood = async (name: string) => await expectAccessibleAtEverySize(page, info, name)
  await openStart(page, server.url)
  await send(page, 'tool mcp__hotel__book {}')
  await approve(page)
  const tool = page.getByTestId('tool-form')
  await expect(tool).toContainText('When do you want to come?')
  await expectGood('form')
  const book = page.url()
  await page.goto(server.url)
  await send(page, 'tool mcp__hotel__pay {"amount":7}')
  await approve(page)
  await hotel.called(2)
  await server.kill()
  hotel.setTools(hotelTools(true))
  await server.start()

  const unknown = page.getByTestId('unknown-call')
  await expect(unknown).toContainText('did this happen?')
  await expect(unknown.getByRole('button', { name: 'It happened' })).toBeVisible()
  await expect(unknown.getByRole('button', { name: 'It did not happen' })).toBeVisible()
  await expectGood('unknown')
  await unknown.getByRole('button', { name: 'Run it again' }).click()
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toContainText('paid {"amount":7}')

  await page.goto(book)
  await typeInto(tool.getByLabel('Day'), 'Monday')
  await typeInto(tool.getByLabel('Nights (optional)'), '2')
  await tool.getByLabel('Room').selectOption('double')
  await tool.getByLabel('Breakfast').check()
  await tool.getByTestId('form-send').click()
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toContainText(
    '"content":{"day":"Monday","nights":2,"room":"double","breakfast":true}',
  )
  await page.close()
})

test('a tool that asks to open an address shows the whole of it, opens nothing by itself, and goes on when the person was there', async ({
  browser,
}, info) => {
  await using opened = await openHotel()
  const { server } = opened
  const page = await browser.newPage()
  await page.context().route('https://hotel.example/**', (route) => route.fulfill({ body: 'You are signed in.' }))
  await openStart(page, server.url)
  await send(page, 'tool mcp__hotel__enter {}')
  await approve(page)
  const card = page.getByTestId('tool-address')
  await expect(card).toContainText('Please sign in.')
  await expect(card).toContainText('https://hotel.example/sign-in?e=e1')
  await expectAccessibleAtEverySize(page, info, 'address')
  expect(page.context().pages(), 'nothing was opened').toHaveLength(1)
  const [other] = await Promise.all([page.waitForEvent('popup'), card.getByRole('link', { name: 'Open hotel.example' }).click()])
  await expect(other.getByText('You are signed in.')).toBeVisible()
  expect(await other.evaluate(() => window.opener === null && document.referrer === '')).toBe(true)
  await other.close()
  await card.getByRole('button', { name: 'Continue' }).click()
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toContainText('{"action":"accept"}')
  await page.close()
})

test('an approval takes other arguments, which the schema of the tool checks, and a denial takes a reason', async ({
  browser,
}, info) => {
  await using opened = await openHotel()
  const { hotel, server } = opened
  const page = await browser.newPage()
  await openStart(page, server.url)
  await send(page, 'tool mcp__hotel__cancel {"nights":1}')
  await page.getByTestId('edit-args').click()
  // This would approve what is being changed.
  await expect(page.getByTestId('approve')).toHaveCount(0)
  await page.getByRole('button', { name: 'Back', exact: true }).click()
  await expect(page.getByTestId('edit-args')).toBeFocused()
  await page.getByTestId('edit-args').click()
  const field = page.getByTestId('decision-text')
  const write = async (json: string) => {
    await field.press('ControlOrMeta+a')
    await typeInto(field, json)
    await page.getByTestId('decision-send').click()
  }
  await write('{"nights":')
  await expect(page.getByTestId('approval').getByRole('alert')).toContainText('not a JSON object')
  await write('{"nights":7}')
  await expect(page.getByTestId('approval').getByRole('alert')).toContainText('args')
  await expectAccessible(page, info, 'edit')
  await write('{"nights":2}')
  await expectStatus(lastAnswer(page), 'completed')
  expect(hotel.calls).toEqual([{ name: 'cancel', args: { nights: 2 } }])
  await page.locator('[data-testid=tool-call] button').first().click()
  await expect(page.getByTestId('tool-details')).toContainText('Input, as you changed it')

  await send(page, 'tool mcp__hotel__cancel {"nights":1}')
  await page.getByTestId('deny-reason').click()
  await typeInto(page.getByTestId('decision-text'), 'The trip is on')
  await page.getByTestId('decision-send').click()
  await expect(lastAnswer(page)).toBeFocused()
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toContainText('the user said no: The trip is on')
  expect(hotel.calls).toHaveLength(1)
  await page.close()
})
