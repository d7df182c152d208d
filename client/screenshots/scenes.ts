import type { BrowserContext, Page } from '@playwright/test'
import { composer, questions } from '../e2e/page-parts.ts'
import type { Fixtures } from './fixtures.ts'

export interface Stage {
  readonly page: Page
  readonly context: BrowserContext
  readonly fixtures: Fixtures
  /** There is room for the sidebar beside the thread. */
  readonly isWide: boolean
}

export interface Scene {
  readonly name: string
  readonly path: (fixtures: Fixtures) => string
  /** Prepares the page for the picture. */
  readonly act?: (stage: Stage) => Promise<unknown>
  /** False: there is no such thing at that width. */
  readonly isFor?: (stage: Pick<Stage, 'isWide'>) => boolean
}

const conversation = (name: keyof Fixtures) => (fixtures: Fixtures) => `/c/${fixtures[name]}`
const press =
  (keys: string) =>
  async ({ page }: Stage) => {
    await page
      .getByTestId('title')
      .or(page.getByRole('heading', { level: 1 }))
      .first()
      .waitFor()
    await page.keyboard.press(keys)
  }
const long = Array.from({ length: 300 }, (_, index) => `${index}: the tide came in and went out again`).join('\n')

/** Every screen and state, in the order in which they are looked at. */
export const scenes: readonly Scene[] = [
  { name: 'start', path: () => '/' },
  { name: 'conversation', path: conversation('rich') },
  { name: 'live', path: conversation('live') },
  { name: 'waiting', path: conversation('waiting') },
  {
    name: 'tools',
    path: conversation('tools'),
    act: ({ page }) => page.getByTestId('tool-call').first().getByRole('button').first().click(),
  },
  { name: 'interrupted', path: conversation('interrupted') },
  { name: 'failed', path: conversation('failed') },
  { name: 'refused', path: conversation('refused') },
  { name: 'stopped', path: conversation('stopped') },
  {
    name: 'offline',
    path: conversation('live'),
    act: async ({ page, context }) => {
      await context.setOffline(true)
      await page.getByTestId('connection-notice').waitFor()
    },
  },
  {
    name: 'unsent',
    path: conversation('rich'),
    act: async ({ page, context }) => {
      await context.setOffline(true)
      await composer(page).fill('And with three nodes?')
      await page.getByTestId('composer-send').click()
      await questions(page).last().getByTestId('unsent-edit').waitFor()
    },
  },
  {
    name: 'pasted',
    path: () => '/',
    act: async ({ page }) => {
      await composer(page).fill('What happened in here?')
      await composer(page).evaluate((field, text) => {
        const data = new DataTransfer()
        data.setData('text/plain', text)
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
      }, long)
      await page.getByTestId('pasted-chip').getByRole('button').first().click()
    },
  },
  { name: 'edit', path: conversation('live'), act: ({ page }) => page.getByTestId('edit').last().click({ force: true }) },
  { name: 'find', path: conversation('rich'), act: press('ControlOrMeta+F') },
  { name: 'palette', path: conversation('rich'), act: press('ControlOrMeta+K') },
  { name: 'shortcuts', path: conversation('rich'), act: press('ControlOrMeta+/') },
  { name: 'trash-question', path: conversation('rich'), act: press('ControlOrMeta+Shift+Backspace') },
  {
    name: 'drawer',
    path: conversation('rich'),
    act: ({ page }) => page.getByTestId('open-sidebar').click(),
    isFor: ({ isWide }) => !isWide,
  },
  { name: 'planner-beside', path: conversation('rich'), act: ({ page }) => page.getByTestId('toggle-planner').click() },
  { name: 'planner', path: () => '/planner' },
  { name: 'usage', path: () => '/usage' },
  { name: 'search', path: () => '/search?q=tide' },
  { name: 'archive', path: () => '/archive' },
  { name: 'trash', path: () => '/trash' },
  { name: 'settings-account', path: () => '/?settings=account' },
  { name: 'settings-appearance', path: () => '/?settings=appearance' },
  { name: 'settings-models', path: () => '/?settings=models' },
  { name: 'settings-tools', path: () => '/?settings=tools' },
  { name: 'settings-tokens', path: () => '/?settings=tokens' },
  {
    name: 'settings-tokens-new',
    path: () => '/?settings=tokens',
    act: ({ page }) => page.getByTestId('new-token').click(),
  },
  { name: 'settings-writing', path: () => '/?settings=writing' },
  { name: 'settings-shortcuts', path: () => '/?settings=shortcuts' },
  { name: 'settings-data', path: () => '/?settings=data' },
  { name: 'missing', path: () => '/c/0198c0de-0000-7000-8000-000000000000' },
  { name: 'no-such-page', path: () => '/no/such/page' },
  {
    name: 'signed-out',
    path: () => '/',
    act: async ({ page, context }) => {
      await composer(page).fill('Half a thought')
      await context.clearCookies()
      await page.reload()
      await page.getByTestId('signed-out-notice').waitFor()
    },
  },
  {
    name: 'sign-in',
    path: () => '/',
    act: async ({ page, context }) => {
      await composer(page).waitFor()
      await context.clearCookies()
      await page.reload()
      await page.getByTestId('signed-out-notice').getByRole('button').click()
    },
  },
]
