import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { createGate } from '../../server/testing/scripted-provider/index.ts'
import { expectAccessible } from './expect-accessible.ts'
import { release } from './test-server.ts'
import { writeLongConversation } from './long-conversation.ts'
import { countShownTokens, expectTokens } from './numbered-tokens.ts'
import { composer, expectLive, expectStatus, lastAnswer, messages, send, sidebarItem } from './page-parts.ts'
import { expect, test } from './test.ts'
import { watchRows } from './watch-rows.ts'

const thread = (page: Page) => page.getByTestId('thread')
const message = (page: Page, id: string | undefined) => page.locator(`[data-message-id="${id}"]`)
const distanceToEnd = (page: Page) =>
  thread(page).evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)

async function open(page: Page, conversationId: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/c/${conversationId}`)
  await expectLive(page)
  await expect(messages(page).first()).toBeAttached({ timeout: 60_000 })
}

/** Waits until scrolling has stopped: nothing has moved for several frames. */
async function stillness(page: Page): Promise<void> {
  await thread(page).evaluate(async (element) => {
    let still = 0
    let last = Number.NaN
    while (still < 6) {
      await new Promise((resolve) => {
        requestAnimationFrame(resolve)
      })
      still = element.scrollTop === last ? still + 1 : 0
      last = element.scrollTop
    }
  })
}

/** Where the first message in sight is, in pixels below the top of the view; the same message the next time. */
async function readAnchor(page: Page): Promise<{ id: string; top: number }> {
  return await thread(page).evaluate((element) => {
    const top = element.getBoundingClientRect().top
    for (const article of element.querySelectorAll<HTMLElement>('[data-message-id]')) {
      const rect = article.getBoundingClientRect()
      if (rect.top >= top) return { id: article.dataset['messageId'] ?? '', top: rect.top - top }
    }
    throw new Error('no message is in sight')
  })
}

const topOf = (page: Page, id: string) =>
  message(page, id).evaluate(
    (element) =>
      element.getBoundingClientRect().top - (element.closest('[data-testid=thread]')?.getBoundingClientRect().top ?? 0),
  )

/** Looks at every painted frame from now on: how far the end is below the view. */
async function watchEnd(page: Page): Promise<() => Promise<WatchedEnd>> {
  await thread(page).evaluate((element) => {
    const watched = { gap: 0, frames: 0, isOver: false }
    const channel = new MessageChannel()
    // Between two frames, the positions are those that were painted.
    channel.port1.addEventListener('message', () => {
      watched.frames += 1
      watched.gap = Math.max(watched.gap, element.scrollHeight - element.scrollTop - element.clientHeight)
    })
    channel.port1.start()
    const next = () => {
      if (watched.isOver) return
      channel.port2.postMessage(null)
      requestAnimationFrame(next)
    }
    requestAnimationFrame(next)
    Object.assign(window, { watchedEnd: watched })
  })
  return () =>
    page.evaluate(() => {
      const { watchedEnd } = window as unknown as { watchedEnd: WatchedEnd & { isOver: boolean } }
      watchedEnd.isOver = true
      return watchedEnd
    })
}

interface WatchedEnd {
  readonly gap: number
  readonly frames: number
}

test.describe('a long conversation', () => {
  test('of 3,000 messages opens at its end, renders few of them, and shows each one on the way to the first', async ({
    page,
  }) => {
    const { conversationId, ids } = await writeLongConversation(page, 3_000)
    await open(page, conversationId)
    await expect(message(page, ids.at(-1))).toBeInViewport()
    expect(await distanceToEnd(page)).toBeLessThanOrEqual(1)
    const elements = await page.evaluate(() => document.querySelectorAll('*').length)
    expect(elements).toBeLessThan(2_500)

    const seen = new Set<string>()
    await thread(page).hover()
    for (let turn = 0; turn < 40; turn += 1) {
      await page.mouse.wheel(0, -900)
      // Two wheel events in one frame would show only the final position.
      await stillness(page)
      for (const id of await messages(page).evaluateAll((all) =>
        all.map((one) => (one as HTMLElement).dataset['messageId'] ?? ''),
      )) {
        seen.add(id)
      }
    }
    const order = ids.filter((id) => seen.has(id))
    expect(order, 'without a hole, from the end up').toEqual(ids.slice(-order.length))
    expect(order.length).toBeGreaterThan(60)

    await thread(page).focus()
    await page.keyboard.press('Home')
    await expect(message(page, ids[0])).toBeInViewport({ timeout: 60_000 })
    await expect(message(page, ids[0])).toHaveAttribute('aria-posinset', '1')
    await expect(message(page, ids[0])).toHaveAttribute('aria-setsize', '3000')
    await expect(message(page, ids[0])).toBeFocused()
    await page.keyboard.press('End')
    await expect(message(page, ids.at(-1))).toBeInViewport()
    await expect(message(page, ids.at(-1))).toBeFocused()
    expect(await distanceToEnd(page)).toBeLessThanOrEqual(1)
  })

  test('scrolling with the wheel never reverses while an answer is written and earlier pages load', async ({ page, server }) => {
    const { conversationId } = await writeLongConversation(page, 900)
    await open(page, conversationId)
    await send(page, 'tokens 1200 at 150 hold after 1100')
    await expectStatus(lastAnswer(page), 'generating')
    await expectTokens(lastAnswer(page), 20)
    await expect.poll(() => distanceToEnd(page)).toBeLessThanOrEqual(1)
    const stopFollowing = await watchEnd(page)
    await expectTokens(lastAnswer(page), 150)
    const following = await stopFollowing()
    // A busy machine paints a few of them only.
    expect(following.frames).toBeGreaterThan(2)
    expect(following.gap, 'the end is in sight in every frame').toBeLessThanOrEqual(1)

    await thread(page).hover()
    await page.mouse.wheel(0, -400)
    await expect(thread(page)).toHaveAttribute('data-following', 'false')
    const first = await messages(page).first().getAttribute('data-message-id')
    const stop = await watchRows(thread(page), -1)
    for (let turn = 0; turn < 150; turn += 1) await page.mouse.wheel(0, -240)
    expect(await stop(), 'in pixels').toBeLessThanOrEqual(2)
    expect(await messages(page).first().getAttribute('data-message-id')).not.toBe(first)
    await release(server)
  })

  test('loading earlier messages moves nothing in view, and a selection stays, even far outside the view', async ({ page }) => {
    const { conversationId, ids } = await writeLongConversation(page, 700)
    // The network is slow, so that the reader is there before the page is.
    const arrival = createGate()
    await page.route('**/trpc/messages.list**', async (route) => {
      await arrival.opened
      await route.continue()
    })
    await open(page, conversationId)
    await selectIn(page, ids.at(-2))
    const selected = await page.evaluate(() => String(document.getSelection()))
    expect(selected.length).toBeGreaterThan(5)
    await thread(page).hover()
    // At the top of what is loaded, the page above is on its way.
    await thread(page).evaluate((element) => element.scrollTo({ top: 900 }))
    await expect(page.getByText('Loading earlier messages…')).toBeVisible()
    await expect(message(page, ids.at(-100))).toBeAttached()
    const anchor = await readAnchor(page)
    arrival.open()
    // Looked at again and again, until the page above is there.
    while ((await thread(page).evaluate((element) => element.scrollTop)) <= 5_000) {
      expect(Math.abs((await topOf(page, anchor.id)) - anchor.top), 'not by a pixel').toBeLessThanOrEqual(1)
    }
    expect(Math.abs((await topOf(page, anchor.id)) - anchor.top)).toBeLessThanOrEqual(1)
    expect(await page.evaluate(() => String(document.getSelection()))).toBe(selected)
    await expect(message(page, ids.at(-2)), 'what is selected is kept').toBeAttached()
  })

  test('find searches the whole conversation, also messages that are not loaded or not rendered', async ({ page }, info) => {
    const { conversationId, ids } = await writeLongConversation(page, 1_000)
    await open(page, conversationId)
    await composer(page).focus()
    await page.keyboard.press('ControlOrMeta+f')
    const field = page.getByTestId('find-input')
    await expect(field).toBeFocused()
    await typeInto(field, 'BARNACLE')
    const count = page.getByTestId('find-count')
    await expect(count).toHaveAttribute('data-searching', 'false')
    await expect(count).toHaveText('10 of 10')
    await expect(message(page, ids[950])).toBeInViewport()
    await expect.poll(() => readMarks(page)).toEqual({ here: 'barnacle', others: 0 })
    await field.press('Enter')
    await expect(count).toHaveText('1 of 10')
    await expect(message(page, ids[50])).toBeInViewport()
    await field.press('Shift+Enter')
    await expect(count).toHaveText('10 of 10')
    await field.press('Shift+Enter')
    await expect(message(page, ids[850])).toBeInViewport()
    await expectAccessible(page, info, 'find')

    // The palette also opens find, for devices without a keyboard.
    await field.press('Escape')
    await page.keyboard.press('ControlOrMeta+k')
    await typeInto(page.getByTestId('palette-input'), 'find in this')
    await page.getByTestId('palette-item').filter({ hasText: 'Find in this conversation' }).click()
    await expect(field).toBeFocused()

    // Matches in an answer have marks of their own.
    await typeInto(field, 'kelp holds on to')
    await expect(count).toHaveText(/^\d+ of \d{3,}$/u)
    await expect.poll(async () => (await readMarks(page)).others).toBeGreaterThan(0)
    await typeInto(field, 'there is no such thing')
    await expect(count).toHaveText('No matches')
    await field.press('Escape')
    await expect(page.getByTestId('find-bar')).toHaveCount(0)
    await expect(composer(page), 'the focus goes back').toBeFocused()
    expect(await readMarks(page)).toEqual({ here: '', others: 0 })
  })

  test('shortcuts move from message to message; a focused message keeps the focus outside the view', async ({ page }, info) => {
    const { conversationId, ids } = await writeLongConversation(page, 300)
    await open(page, conversationId)
    await expect(composer(page)).toBeEditable()
    for (const id of [ids[299], ids[298], ids[297]]) {
      await page.keyboard.press('Alt+ArrowUp')
      await expect(message(page, id)).toBeFocused()
      await expect(message(page, id)).toBeInViewport()
    }
    await page.keyboard.press('Alt+ArrowDown')
    await expect(message(page, ids[298])).toBeFocused()
    await expectAccessible(page, info, 'keyboard')
    await thread(page).hover()
    for (let turn = 0; turn < 20; turn += 1) await page.mouse.wheel(0, -1_500)
    await expect(message(page, ids[298])).not.toBeInViewport()
    await expect(message(page, ids[298])).toBeFocused()
    await page.keyboard.press('Alt+ArrowUp')
    await expect(message(page, ids[297]), 'and goes on from there').toBeFocused()
    await expect(message(page, ids[297])).toBeInViewport()
  })

  test('a question that is being edited is kept while the reader scrolls elsewhere', async ({ page }) => {
    const { conversationId, ids } = await writeLongConversation(page, 300)
    await open(page, conversationId)
    await message(page, ids[298]).hover()
    await message(page, ids[298]).getByTestId('edit').click()
    await typeInto(page.getByTestId('edit-input'), 'half a thought')
    await page.getByTestId('title').click()
    await thread(page).hover()
    for (let turn = 0; turn < 20; turn += 1) await page.mouse.wheel(0, -1_500)
    await expect(message(page, ids[298])).not.toBeInViewport()
    await page.getByTestId('jump-to-latest').click()
    await expect(page.getByTestId('edit-input')).toHaveValue('half a thought')
  })

  test('the reading position is restored after visiting another conversation, and after a reload', async ({ page }) => {
    const other = await send(page, 'say Elsewhere')
    await expectStatus(lastAnswer(page), 'completed')
    const { conversationId, ids } = await writeLongConversation(page, 600)
    await open(page, conversationId)
    await thread(page).hover()
    while ((await message(page, ids[300]).count()) === 0) await page.mouse.wheel(0, -1_200)
    const anchor = await readAnchor(page)
    const placeIsKept = async () => {
      await expect(message(page, anchor.id)).toBeInViewport({ timeout: 60_000 })
      await expect.poll(async () => Math.abs((await topOf(page, anchor.id)) - anchor.top)).toBeLessThanOrEqual(1)
      await expect(thread(page)).toHaveAttribute('data-following', 'false')
    }
    await sidebarItem(page, other).getByRole('link').click()
    await expect(lastAnswer(page)).toContainText('Elsewhere')
    await expect(thread(page)).toHaveAttribute('data-following', 'true')
    await page.goBack()
    await placeIsKept()
    await page.reload()
    await placeIsKept()
    await page.getByTestId('jump-to-latest').click()
    await expect(message(page, ids.at(-1))).toBeInViewport()
    await page.reload()
    await expect(message(page, ids.at(-1))).toBeInViewport()
    expect(await distanceToEnd(page)).toBeLessThanOrEqual(1)
  })

  test('printing includes all loaded messages, and the reader keeps the position', async ({ page, server }) => {
    const { conversationId, ids } = await writeLongConversation(page, 250)
    await open(page, conversationId)
    await thread(page).hover()
    for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel(0, -600)
    await expect(thread(page)).toHaveAttribute('data-following', 'false')
    await stillness(page)
    const anchor = await readAnchor(page)
    await page.emulateMedia({ media: 'print' })
    await expect(page.getByTestId('printed-message').last()).toBeVisible()
    await expect(page.getByTestId('printed-message').last()).toContainText('of message 250.')
    expect(await page.getByTestId('printed-message').count()).toBeGreaterThanOrEqual(100)
    await expect(thread(page)).not.toBeVisible()
    await page.emulateMedia({ media: 'screen' })
    await expect(page.getByTestId('printed-message')).toHaveCount(0)
    expect(Math.abs((await topOf(page, anchor.id)) - anchor.top)).toBeLessThanOrEqual(1)

    // The print page contains the whole conversation, however much was loaded before.
    await page.addInitScript(() => {
      window.print = () => {
        document.documentElement.dataset['printed'] = String(Number(document.documentElement.dataset['printed'] ?? 0) + 1)
      }
    })
    await page.goto(`${server.url}/c/${conversationId}/print`)
    await expect(page.locator('html')).toHaveAttribute('data-printed', '1')
    expect(
      await page.getByTestId('printed-message').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['messageId'])),
    ).toEqual(ids)
    await expect(page).toHaveTitle('A long talk')
    expect(await page.getByTestId('day').count()).toBe(50)
  })

  test('resizing the page keeps the reading position', async ({ page }) => {
    const { conversationId } = await writeLongConversation(page, 300)
    await open(page, conversationId)
    await thread(page).hover()
    for (let turn = 0; turn < 8; turn += 1) await page.mouse.wheel(0, -700)
    await stillness(page)
    const anchor = await readAnchor(page)
    for (const width of [420, 1_200, 700, 1_200]) {
      await page.setViewportSize({ width, height: 800 })
      await expect(message(page, anchor.id)).toBeInViewport()
    }
    await expect.poll(async () => Math.abs((await topOf(page, anchor.id)) - anchor.top)).toBeLessThanOrEqual(40)
  })

  test('a tab on another branch stays there, is notified of newer messages elsewhere, and can switch to them', async ({
    page,
    api,
  }) => {
    const conversationId = await send(page, 'say First')
    await expectStatus(lastAnswer(page), 'completed')
    await lastAnswer(page).getByTestId('regenerate').click()
    const versions = lastAnswer(page).getByTestId('branch-switcher')
    await expect(versions).toContainText('2 / 2')
    await expectStatus(lastAnswer(page), 'completed')
    await lastAnswer(page).hover()
    await versions.getByRole('button', { name: 'Previous version' }).click()
    await expect(versions).toContainText('1 / 2')
    await expect(page.getByTestId('newer-elsewhere')).toHaveCount(0)
    await api.messages.complete.mutate({ requestId: crypto.randomUUID(), conversationId, content: 'say From the phone' })
    await expect(page.getByTestId('newer-elsewhere')).toBeVisible()
    await page.reload()
    await expect(page.getByTestId('newer-elsewhere'), 'who is behind is told again').toBeVisible()
    await expect(versions).toContainText('1 / 2')
    await expect(messages(page)).toHaveCount(2)
    await page.getByTestId('show-newer').click()
    await expect(lastAnswer(page)).toContainText('From the phone')
    await expect(page.getByTestId('newer-elsewhere')).toHaveCount(0)
    await page.reload()
    await expect(lastAnswer(page)).toContainText('From the phone')
  })

  test('a reader who scrolled up is notified of new messages below', async ({ page, server, api }) => {
    const { conversationId } = await writeLongConversation(page, 200)
    await open(page, conversationId)
    await send(page, 'tokens 60 at 100 hold after 50')
    await expectStatus(lastAnswer(page), 'generating')
    await expectTokens(lastAnswer(page), 50)
    await thread(page).hover()
    await page.mouse.wheel(0, -3_000)
    const pill = page.getByTestId('jump-to-latest')
    await expect(pill).toHaveText('Still writing · jump to latest')
    await release(server)
    await expect(pill).toHaveText('Answer complete · jump to latest')
    await api.messages.complete.mutate({ requestId: crypto.randomUUID(), conversationId, content: 'say One more' })
    await expect(pill).toHaveText('2 new messages · jump to latest')
    await pill.click()
    await expect(pill).toHaveCount(0)
    await expectStatus(lastAnswer(page), 'completed')
    await expect(lastAnswer(page)).toContainText('One more')
    expect(await countShownTokens(page.locator('[data-role=assistant]').nth(-2))).toBe(60)
  })
})

async function selectIn(page: Page, id: string | undefined): Promise<void> {
  await message(page, id).evaluate((element) => {
    const paragraph = element.querySelector('[data-testid=message-content]')
    if (paragraph) document.getSelection()?.selectAllChildren(paragraph)
  })
}

/** The browser's highlights: the current match, and the number of other matches. */
async function readMarks(page: Page): Promise<{ here: string; others: number }> {
  return await page.evaluate(() => ({
    here: [...(CSS.highlights.get('found-here') ?? [])].map((range) => (range as Range).toString()).join('|'),
    others: CSS.highlights.get('found')?.size ?? 0,
  }))
}
