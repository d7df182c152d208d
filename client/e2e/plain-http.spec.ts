import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { connectApi } from './api-client.ts'
import { expectTokens } from './numbered-tokens.ts'
import { createNetworkBetween } from './network-between.ts'
import { lanName } from './find-chromium.ts'
import {
  answers,
  chooseDarkTheme,
  chooseInMenu,
  composer,
  connectionState,
  contentOf,
  expectStatus,
  lastAnswer,
  openStart,
  questions,
  send,
  sidebarItem,
} from './page-parts.ts'
import { setUp } from './set-up.ts'
import { sharedByFile } from './shared-by-file.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { expect, test as base } from './test.ts'

interface LanServer {
  /** Such as http://holdfast.lan:40123: what a home server is to the other devices. */
  readonly url: string
  readonly server: TestServer
}

const test = base.extend<{ readonly lan: LanServer }>({
  lan: sharedByFile(async (use) => {
    await using network = await createNetworkBetween()
    const url = network.url.replace('127.0.0.1', lanName)
    await using server = await startTestServer({ env: { PUBLIC_URL: url, GUESTS: 'on', SIGN_UP: 'open' } })
    await setUp(server)
    network.leadTo(server.url)
    await use({ url, server })
  }),
})

// A browser lets no service worker run here, so nothing needs to be blocked.
test.use({ serviceWorkers: 'allow' })

/** What hangs here hangs for one cause, so it is named soon. */
const step = (title: string, act: () => Promise<void>) => test.step(title, act, { timeout: 60_000 })

/** Without the clipboard API the only reader is a field. */
async function expectCopied(page: Page, text: string | RegExp): Promise<void> {
  await typeInto(composer(page), '')
  await composer(page).press('ControlOrMeta+V')
  await expect(composer(page)).toHaveValue(text)
  await typeInto(composer(page), '')
}

test('everything works over plain http on a name of the local network, which is no secure context', async ({ browser, lan }) => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await step('a guest opens the page', () => openStart(page, lan.url))
  const secure = await page.evaluate(() => ({
    isSecureContext,
    has: ['randomUUID' in crypto, 'clipboard' in navigator, 'serviceWorker' in navigator, 'locks' in navigator],
  }))
  expect(secure, 'the browser offers none of these here').toEqual({ isSecureContext: false, has: [false, false, false, false] })

  let conversationId = ''
  await step('a message is sent, and its answer grows', async () => {
    conversationId = await send(page, 'tokens 120 at 60')
    await expectTokens(lastAnswer(page), 10)
    await expect(lastAnswer(page)).not.toHaveAttribute('data-status', 'completed')
    await expectStatus(lastAnswer(page), 'completed')
  })
  await step('an answer is copied, by its button and by the menu', async () => {
    await send(page, 'say Plain **http** is enough')
    await expect(answers(page)).toHaveCount(2)
    await expectStatus(lastAnswer(page), 'completed')
    await lastAnswer(page).hover()
    await lastAnswer(page).getByTestId('copy').click()
    await expect(lastAnswer(page).getByRole('button', { name: 'Copied' })).toBeVisible()
    await expectCopied(page, 'Plain **http** is enough')
    await lastAnswer(page).getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Copy link' }).click()
    await expect(page.getByTestId('toast')).toHaveText(/Link copied/u)
    await expectCopied(page, new RegExp(`^${lan.url}/c/${conversationId}\\b`, 'u'))
  })
  await step('the conversation is renamed', async () => {
    await chooseInMenu(page, conversationId, 'Rename')
    await page.getByRole('textbox', { name: 'Title' }).pressSequentially('On the shelf')
    await page.keyboard.press('Enter')
    await expect(sidebarItem(page, conversationId)).toContainText('On the shelf')
  })
  await step('a question is edited, and an answer regenerated', async () => {
    await questions(page).last().hover()
    await questions(page).last().getByTestId('edit').click()
    await typeInto(page.getByTestId('edit-input'), 'say Edited')
    await page.getByTestId('edit-send').click()
    await expect(contentOf(lastAnswer(page))).toHaveText('Edited')
    await lastAnswer(page).hover()
    await lastAnswer(page).getByTestId('regenerate').click()
    await expect(lastAnswer(page).getByTestId('branch-switcher')).toContainText('2 / 2')
    await expectStatus(lastAnswer(page), 'completed')
  })
  await step('the settings open, and a choice is kept', async () => {
    await chooseDarkTheme(page)
    await expect(contentOf(lastAnswer(page))).toHaveText('Edited')
  })
  const second = await context.newPage()
  await step('a second tab follows the first one', async () => {
    await openStart(second, `${lan.url}/c/${conversationId}`)
    await send(page, 'tokens 60 at 60')
    for (const tab of [second, page]) {
      await expect(answers(tab)).toHaveCount(3)
      await expectTokens(lastAnswer(tab), 60)
    }
  })
  const token = await page.evaluate(async () => {
    const response = await fetch('/api/auth/token')
    return ((await response.json()) as { token: string }).token
  })
  const { client: api, close } = connectApi(lan.server.url, token)
  const contents = async () => {
    const { messages } = await api.messages.list.query({ conversationId })
    return messages.slice(-2).map(({ content }) => content)
  }
  await step('a message that is written offline waits in both tabs, and is sent once', async () => {
    const callsBefore = lan.server.provider.calls
    await context.setOffline(true)
    await expect(connectionState(page)).toHaveText('Offline')
    await typeInto(composer(page), 'say Written in the cellar')
    await composer(page).press('Enter')
    for (const tab of [page, second]) await expect(questions(tab).last()).toContainText('Not sent yet')
    await context.setOffline(false)
    for (const tab of [page, second]) {
      await expect(contentOf(lastAnswer(tab))).toHaveText('Written in the cellar')
      await expect(tab.getByText('Not sent yet')).toHaveCount(0)
    }
    expect(await contents()).toEqual(['say Written in the cellar', 'Written in the cellar'])
    expect(lan.server.provider.calls - callsBefore, 'without locks the two tabs still cause one call').toBe(1)
  })
  await close()
  await context.close()
})
