import { expect, type Page } from '@playwright/test'
import { composer } from './page-parts.ts'

/** A file as a test gives it to the page. */
export interface TestFile {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
}

export const textFile = (name: string, text: string): TestFile => ({ name, type: 'text/plain', bytes: Buffer.from(text) })

/** The files beside the composer. */
export const chips = (page: Page) => page.getByTestId('file-chip')

/** Gives files to the page as a drop or a paste does. */
export async function give(page: Page, how: 'drop' | 'paste', files: readonly TestFile[]): Promise<void> {
  const given = files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString('base64') }))
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer()
    for (const { name, type, base64 } of list) {
      data.items.add(new File([Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0))], name, { type }))
    }
    return data
  }, given)
  if (how === 'drop') {
    await page.dispatchEvent('main', 'dragenter', { dataTransfer: transfer })
    await expect(page.getByTestId('drop-hint')).toBeVisible()
    await page.dispatchEvent('main', 'dragover', { dataTransfer: transfer })
    await page.dispatchEvent('main', 'drop', { dataTransfer: transfer })
    await expect(page.getByTestId('drop-hint')).toBeHidden()
  } else {
    await composer(page).evaluate((field, clipboardData) => {
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, transfer)
  }
}
