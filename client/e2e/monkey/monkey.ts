import type { BrowserContext, Page } from '@playwright/test'
import type { NetworkBetween } from '../network-between.ts'
import { composer, questions, stopButton } from '../page-parts.ts'
import { typeInto } from '../type-into.ts'
import type { Ledger } from './ledger.ts'

export interface Monkey {
  /** Does one thing at random. */
  readonly act: () => Promise<void>
  /** The network works again, and one tab is left. */
  readonly calmDown: () => Promise<Page>
  /** What it has done, a line for each. */
  readonly diary: readonly string[]
}

export interface MonkeyOptions {
  readonly context: BrowserContext
  readonly page: Page
  readonly network: NetworkBetween
  readonly ledger: Ledger
  readonly random: () => number
}

const maxTabs = 3
/** An action that cannot be carried out, because what it needs has just gone, is none. */
const quickMs = 3_000
const patientMs = 60_000

/** These leave the account or the site, delete, or copy messages: the ledger could not tell that from a loss. */
const leftAlone =
  /sign (?:out|in)|account|delete|permanently|discard|fork|revoke|token|export|print|download|keys|shortcut|^send|^stop|^edit$|reload/iu

/** Uses the page as a monkey would: clicks, types, drags, goes back, reloads, opens tabs, and cuts the network. */
export function createMonkey({ context, page: first, network, ledger, random }: MonkeyOptions): Monkey {
  const diary: string[] = []
  context.setDefaultTimeout(quickMs)
  let page = first
  let written = 0
  let isOffline = false
  const below = (count: number) => Math.floor(random() * count)
  const one = <Item>(items: readonly Item[]): Item | undefined => items[below(items.length)]

  const words = () => {
    written += 1
    const kind = random()
    if (kind < 0.3) return `tokens ${20 + below(60) + written * 100} at ${[200, 1_000, 4_000][below(3)]}`
    return `say number ${written}${' and so on'.repeat(below(4))}`
  }

  /** Messages that wait in the queue of an answer, or on the device. */
  const waiting = async () =>
    page.evaluate(() => {
      const all = [...document.querySelectorAll<HTMLElement>('[data-testid=message]')]
      const isEnded = (message: HTMLElement | undefined) =>
        /^(?:completed|error|cancelled|interrupted)$/u.test(message?.dataset['status'] ?? '')
      return all.flatMap((message, index) => {
        const hasEnded = message.dataset['role'] === 'user' && isEnded(all[index + 1])
        const content = message.querySelector('[data-testid=message-content]')?.textContent ?? ''
        return message.dataset['role'] === 'user' && !hasEnded ? [content] : []
      })
    })

  const stop = async (press: () => Promise<void>) => {
    ledger.mayTakeBack(await waiting())
    await press()
    await stopButton(page).waitFor({ state: 'hidden' })
  }

  /** Most of what can go wrong happens in a conversation. */
  const findComposer = async () => {
    if (!(await composer(page).isVisible())) await page.goto(network.url, { waitUntil: 'commit' })
    await composer(page)
      .click({ trial: true })
      .catch(() => stop(() => page.keyboard.press('Escape')))
  }

  const send = async () => {
    await findComposer()
    if (random() < 0.15) await page.getByTestId('sidebar-item').getByRole('link').first().click()
    const isLeftOver = random() < 0.2 && (await composer(page).inputValue()) !== ''
    if (!isLeftOver) await typeInto(composer(page), words())
    const content = await composer(page).inputValue()
    if (random() < 0.7) await composer(page).press('Enter')
    else await page.getByTestId('composer-send').click()
    if ((await composer(page).inputValue()) === '') {
      ledger.accepted(content)
      diary.push(`  sent ${JSON.stringify(content)}`)
    }
  }

  const edit = async () => {
    const count = await questions(page).count()
    const question = questions(page).nth(below(count))
    if (count === 0 || (await question.getByTestId('edit').count()) === 0) return
    await question.hover()
    await question.getByTestId('edit').click()
    const field = page.getByTestId('edit-input')
    const content = words()
    await typeInto(field, content)
    if (random() < 0.2) return await field.press('Escape')
    await page.getByTestId('edit-send').click()
    if ((await field.count()) > 0) return
    ledger.accepted(content)
    diary.push(`  edited into ${JSON.stringify(content)}`)
  }

  const takeBack = async () => {
    const buttons = page.getByTestId(/^(?:unsent|withdraw)-(?:edit|discard)$/u)
    const count = await buttons.count()
    if (count === 0) return
    ledger.mayTakeBack(await waiting())
    await buttons.nth(below(count)).click()
  }

  const click = async () => {
    const targets = await page.evaluate(() => {
      const all = document.querySelectorAll<HTMLElement>(
        'button, a[href], summary, textarea, input:not([type=password], [type=email]), [role^=menuitem], [role=option], [role=tab]',
      )
      return [...all].flatMap((element) => {
        const { left, top, width, height } = element.getBoundingClientRect()
        const [x, y] = [left + width / 2, top + height / 2]
        const hit = document.elementFromPoint(x, y)
        if (!hit || !element.contains(hit) || (element instanceof HTMLAnchorElement && element.origin !== location.origin))
          return []
        const name = element.getAttribute('aria-label') ?? element.textContent.trim()
        return [{ x, y, name: name.slice(0, 60), testId: element.dataset['testid'] ?? '' }]
      })
    })
    const target = one(
      targets.filter(({ name, testId }) => !leftAlone.test(name) && !/unsent|withdraw|stop|confirm/u.test(testId)),
    )
    if (!target) return
    diary.push(`  on ${target.name || target.testId}`)
    if (random() < 0.1) await page.mouse.dblclick(target.x, target.y)
    else await page.mouse.click(target.x, target.y)
  }

  const drag = async () => {
    const handles = page.getByTestId('move-handle')
    const box = (await handles.count()) > 0 ? await handles.nth(below(await handles.count())).boundingBox() : null
    await page.mouse.move(box ? box.x + 5 : 200 + below(900), box ? box.y + 5 : below(700))
    await page.mouse.down()
    await page.mouse.move(200 + below(900), below(760), { steps: 4 })
    await page.mouse.up()
  }

  const typeSomewhere = async () => {
    const fields = page.locator('input:not([type]):visible, input[type=text]:visible, input[type=search]:visible')
    const count = await fields.count()
    if (count === 0) return
    const field = fields.nth(below(count))
    await field.click()
    await field.pressSequentially(`w${below(1_000)} `)
    // In the palette it would run a command.
    if ((await field.getAttribute('data-testid')) !== 'palette-input') await field.press('Enter')
    else await stop(() => page.keyboard.press('Escape'))
  }

  const plan = async () => {
    const field = page.getByRole('textbox', { name: 'Add a task' })
    if (!(await field.isVisible())) return await page.keyboard.press('Control+.')
    await typeInto(field, `Task ${(written += 1)}`)
    await field.press('Enter')
  }

  const press = async () => {
    const key = one(['Tab', 'Shift+Tab', 'ArrowDown', 'ArrowUp', 'Home', 'End', 'PageUp', 'Control+b', 'Control+k', 'Enter', ' '])
    const isOnButton = await page.evaluate(() =>
      document.activeElement?.matches('button, a, [role^=menuitem], [role=option], textarea'),
    )
    // What a click leaves alone is left alone by keys too.
    if ((key === 'Enter' || key === ' ') && isOnButton) return
    await page.keyboard.press(key ?? 'Tab')
  }

  const cut = async () => {
    const how = below(4)
    diary.push(`  ${['dropped', 'stalled', 'offline', 'offline'][how]}`)
    if (how === 0) return network.drop()
    if (how === 1) return network.stall()
    isOffline = true
    await context.setOffline(true)
  }

  const mend = async () => {
    if (!isOffline) return
    isOffline = false
    await context.setOffline(false)
  }

  const reload = async () => {
    if (isOffline) await mend()
    await page.reload({ waitUntil: 'commit' })
  }

  const changeTab = async () => {
    const tabs = context.pages()
    if (isOffline) await mend()
    if (tabs.length < maxTabs && random() < 0.5) {
      const url = page.url()
      page = await context.newPage()
      await page.goto(url, { waitUntil: 'commit' })
    } else if (tabs.length > 1 && random() < 0.4) {
      await page.close()
    }
    page = one(context.pages()) ?? page
    await page.bringToFront()
  }

  const actions: readonly (readonly [name: string, weight: number, act: () => Promise<void>])[] = [
    ['send', 22, send],
    ['click', 30, click],
    ['edit', 4, edit],
    ['stop', 3, async () => ((await stopButton(page).isVisible()) ? stop(() => stopButton(page).click()) : undefined)],
    ['take back', 3, takeBack],
    ['escape', 8, () => stop(() => page.keyboard.press('Escape'))],
    ['press', 6, press],
    ['type', 3, typeSomewhere],
    ['plan', 4, plan],
    ['drag', 4, drag],
    ['scroll', 4, () => page.mouse.wheel(0, below(2_000) - 1_000)],
    ['back', 3, async () => void (isOffline || (await page.goBack({ waitUntil: 'commit' })))],
    ['forward', 2, async () => void (isOffline || (await page.goForward({ waitUntil: 'commit' })))],
    ['reload', 3, reload],
    ['change tab', 4, changeTab],
    ['cut', 4, cut],
    ['mend', 8, mend],
  ]
  const total = actions.reduce((sum, [, weight]) => sum + weight, 0)
  const choose = () => {
    let left = random() * total
    return actions.find(([, weight]) => (left -= weight) < 0) ?? actions[0]
  }

  return {
    diary,
    act: async () => {
      const [name, , act] = choose() ?? ['nothing', 0, async () => {}]
      diary.push(name)
      // It may have gone back to before the page was opened.
      if (!page.url().startsWith(network.url)) await page.goto(network.url, { waitUntil: 'commit' })
      await act().catch((error: unknown) => {
        const [line] = String(error).split('\n')
        if (!/Timeout|navigat|interrupted|destroyed|ERR_/u.test(line ?? '')) throw error
        diary.push(`  not done: ${line}`)
      })
    },
    calmDown: async () => {
      context.setDefaultTimeout(patientMs)
      await context.setOffline(false)
      for (const other of context.pages()) if (other !== page) await other.close()
      await page.goto(network.url)
      return page
    },
  }
}
