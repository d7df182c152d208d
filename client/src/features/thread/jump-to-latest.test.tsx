import { I18nProvider } from '@lingui/react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { toMessage } from '../../../test/fake-log-server.ts'
import { createI18n } from '../../i18n/i18n.ts'
import { JumpToLatest } from './jump-to-latest.tsx'

const render = (isNearEnd: boolean) =>
  renderToStaticMarkup(
    <I18nProvider i18n={createI18n()}>
      <JumpToLatest messages={[toMessage('a')]} isFollowing={false} isNearEnd={isNearEnd} onJump={() => undefined} />
    </I18nProvider>,
  )

test('"Jump to latest" lay on the text of a reader who was 15 pixels from the end', () => {
  expect(render(true)).toBe('')
  expect(render(false)).toContain('Jump to latest')
})

test('without news it is an icon, whose words are for screen readers', () => {
  expect(render(false)).toMatch(/<span class="sr-only">Jump to latest<\/span>/u)
})
