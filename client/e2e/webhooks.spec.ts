import { expectAccessible } from './expect-accessible.ts'
import { expectLive } from './page-parts.ts'
import { typeInto } from './type-into.ts'
import { expect, test } from './test.ts'

test.use({ viewport: { width: 390, height: 844 }, contextOptions: { reducedMotion: 'reduce' } })

test('a webhook is made, its secret is shown once, and what could not be sent is shown and sent again', async ({
  page,
  api,
  server,
}, info) => {
  const { port } = new URL(server.url)
  await page.goto(`${server.url}/?settings=webhooks`)
  await expectLive(page)
  const panel = page.getByTestId('webhook-settings')
  await expect(panel).toContainText('No webhooks yet.')
  await panel.getByTestId('new-webhook').click()
  await expectAccessible(page, info, 'webhook-form')
  await typeInto(page.getByLabel('Address'), `http://127.0.0.1:${port}/hook`)
  await typeInto(page.getByLabel('Name (optional)'), 'A program')
  await page.getByTestId('make-webhook').click()
  await expect(page.getByTestId('new-webhook-form').getByRole('alert')).toContainText('private network')
  // A name is looked up when something is sent.
  await typeInto(page.getByLabel('Address'), `http://localhost:${port}/hook`)
  await page.getByTestId('make-webhook').click()
  await expect(page.getByTestId('webhook-secret')).toContainText(/^whsec_/u)
  await expect(page.getByRole('heading', { name: 'The webhook is ready' })).toBeFocused()
  await expectAccessible(page, info, 'webhook-made')
  await page.getByTestId('webhook-done').click()
  await expect(page.getByRole('heading', { name: 'Webhooks', exact: true })).toBeFocused()
  await expect(page.getByTestId('settings')).not.toContainText('whsec_')

  await api.messages.complete.mutate({ requestId: crypto.randomUUID(), content: 'say Hello' })
  const webhook = page.getByTestId('webhook')
  await webhook.getByTestId('deliveries').click()
  const delivery = webhook.getByTestId('delivery')
  await expect(delivery).toContainText('Answer completed')
  await expect(delivery).toContainText('private network')
  await expect(delivery).toContainText(/Waiting, \d attempts? so far · next attempt/u)
  await delivery.getByText('What is sent').click()
  await expect(delivery).toContainText('"type":"answer.completed"')
  await delivery.getByTestId('replay').click()
  await expect(delivery).toContainText(/Waiting, [2-9] attempts so far/u)
  await page.reload()
  await expect(webhook.getByTestId('webhook-trouble')).toContainText('Failing since')
  await webhook.getByTestId('deliveries').click()
  await expect(delivery).toBeVisible()
  await expectAccessible(page, info, 'webhook-failing')

  await webhook.getByTestId('switch-webhook').click()
  await expect(webhook).toContainText('Switched off')
  await webhook.getByRole('button', { name: 'Delete A program' }).click()
  await webhook.getByTestId('delete-webhook').click()
  await expect(webhook).toHaveCount(0)
  await expect(panel).toContainText('No webhooks yet.')
})
