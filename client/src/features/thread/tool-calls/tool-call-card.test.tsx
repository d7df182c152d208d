// @vitest-environment happy-dom
import { I18nProvider } from '@lingui/react'
import type { ToolCallPart } from '@holdfast/shared'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createI18n } from '../../../i18n/i18n.ts'
import type { ThreadActions } from '../model/thread-actions.ts'
import { ToolCallCard } from './tool-call-card.tsx'

test('a screen reader read "Added taskbuy groceries"', () => {
  const call: ToolCallPart = {
    type: 'tool-call',
    callId: 'c',
    name: 'add_task',
    args: { title: 'buy groceries' },
    state: 'done',
    durationMs: 137,
  }
  const host = document.createElement('div')
  host.innerHTML = renderToStaticMarkup(
    <I18nProvider i18n={createI18n()}>
      <ToolCallCard messageId="m" call={call} isAnswerOver actions={{} as ThreadActions} />
    </I18nProvider>,
  )
  expect(host.querySelector('button')?.textContent.replaceAll(/\s+/gu, ' ').trim()).toBe('Added task buy groceries done 137 ms')
})
