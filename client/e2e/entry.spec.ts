import { createApiClient } from './api-client.ts'
import { expectAccessible } from './expect-accessible.ts'
import { startTestServer } from './test-server.ts'
import { expect, test } from './test.ts'
import { typeInto } from './type-into.ts'

const password = 'a long enough password'

test('a server that others reach is set up by its link; then people wait for approval, and come back by a reset link', async ({
  browser,
}, info) => {
  await using server = await startTestServer({ env: { HOST: '0.0.0.0', PUBLIC_URL: 'http://127.0.0.1' } })
  const url = `http://127.0.0.1:${new URL(server.url).port}`
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(url)
  await expect(stranger.getByRole('heading', { name: 'This server is not set up yet' })).toBeVisible()
  await expectAccessible(stranger, info, 'not-set-up')

  const link = /\/setup\?token=[\w-]+/u.exec(server.process.output())?.[0] ?? ''
  const mine = await browser.newContext()
  const owner = await mine.newPage()
  await owner.goto(`${url}${link}`)
  await expect(owner.getByRole('heading', { name: 'Set up this server' })).toBeVisible()
  await expectAccessible(owner, info, 'set-up')
  await typeInto(owner.getByLabel('Name'), 'Robin')
  await typeInto(owner.getByLabel('Email'), 'robin@example.org')
  await typeInto(owner.getByLabel('Password'), password)
  await owner.getByTestId('credentials-submit').click()
  await expect(owner.getByTestId('open-settings')).toContainText('Robin')
  await using admin = await createApiClient(url, mine)

  await stranger.reload()
  await expect(stranger.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await expect(stranger.getByText('An account here takes an invitation.')).toBeVisible()
  await admin.client.admin.settings.update.mutate({ signUp: 'approval' })
  await stranger.reload()
  await stranger.getByRole('button', { name: 'Create an account' }).click()
  await typeInto(stranger.getByLabel('Name'), 'Sam')
  await typeInto(stranger.getByLabel('Email'), 'sam@example.org')
  await typeInto(stranger.getByLabel('Password'), password)
  await stranger.getByTestId('credentials-submit').click()
  await expect(stranger.getByTestId('account-pending')).toBeVisible()

  await owner.goto(`${url}/admin/people`)
  await owner.getByTestId('approve').click()
  await expect(owner.getByTestId('approve')).toHaveCount(0)
  const [sam] = (await admin.client.admin.users.list.query({ query: 'sam@' })).items
  const reset = await admin.client.admin.users.resetLink.mutate({ userId: sam?.id ?? '' })
  await stranger.goto(`${url}${new URL(reset.url).pathname}`)
  await expect(stranger.getByRole('heading', { name: 'Set a new password' })).toBeVisible()
  await expectAccessible(stranger, info, 'reset')
  await typeInto(stranger.getByLabel('New password'), 'an even longer password')
  await stranger.getByTestId('reset-submit').click()
  await expect(stranger.getByRole('heading', { name: 'Your password is set' })).toBeVisible()
  await typeInto(stranger.getByLabel('Email'), 'sam@example.org')
  await typeInto(stranger.getByLabel('Password'), 'an even longer password')
  await stranger.getByTestId('credentials-submit').click()
  await expect(stranger.getByTestId('open-settings')).toContainText('Sam')

  await admin.client.admin.settings.update.mutate({ signUp: 'closed' })
  await owner.reload()
  await owner.getByTestId('invite').click()
  await typeInto(owner.getByTestId('create-form').getByLabel('Name'), 'Kim')
  await typeInto(owner.getByTestId('create-form').getByLabel('Email'), 'kim@example.org')
  await owner.getByTestId('create-person').click()
  await expect(owner.getByTestId('link-text')).toContainText('/reset/')
  await expect(owner.getByTestId('person').filter({ hasText: 'kim@example.org' })).toBeVisible()

  await stranger.getByTestId('open-settings').click()
  await stranger.getByTestId('sign-out').click()
  await expect(stranger.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await stranger.context().close()
  await mine.close()
})
