import { inTurn, text, toolCalls } from '../../server/testing/scripted-provider/index.ts'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { composer, expectStatus, lastAnswer, send } from './page-parts.ts'
import { scriptedTest as test } from './scripted-test.ts'
import { expect } from './test.ts'
import { typeInto } from './type-into.ts'

test('an answer overwrote plans: its menu shows the difference, undoes it, and redoes it', async ({ page, api, scripted }) => {
  const mum = await api.tasks.add.mutate({ title: 'Call Mum', description: 'About the garden' })
  const rent = await api.tasks.add.mutate({ title: 'Pay rent' })
  scripted.provider.script(
    inTurn(
      toolCalls(
        { name: 'update_task', args: { taskId: mum.id, title: 'Buy lottery tickets', description: 'none' } },
        { name: 'update_task', args: { taskId: rent.id, title: 'Pay twice' } },
        { name: 'add_task', args: { title: 'Send money' } },
      ),
      text('All changed.'),
    ),
  )
  const titles = async () => (await api.tasks.list.query({})).items.map(({ title }) => title)
  await send(page, 'Tidy up')
  await expectStatus(lastAnswer(page), 'completed')
  expect(await titles()).toEqual(['Buy lottery tickets', 'Pay twice', 'Send money'])
  await api.tasks.update.mutate({ taskId: rent.id, title: 'Pay rent on Monday' })

  await lastAnswer(page).hover()
  await lastAnswer(page).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Undo the changes to your plans' }).click()
  const dialog = page.getByTestId('planner-undo')
  await expect(dialog.getByTestId('undo-items').getByRole('listitem')).toHaveCount(2)
  await expect(dialog).toContainText('Call Mum')
  await expect(dialog).toContainText('About the garden')
  await expect(dialog).toContainText('Send money is deleted')
  await expect(dialog.getByTestId('undo-kept')).toContainText('Pay rent on Monday You changed it since: Title.')
  // Nothing has happened yet.
  expect(await titles()).toEqual(['Buy lottery tickets', 'Pay rent on Monday', 'Send money'])
  await dialog.getByRole('button', { name: 'Undo' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByTestId('toast')).toContainText('The changes to 2 items of your plans are undone.')
  expect(await titles()).toEqual(['Call Mum', 'Pay rent on Monday'])
  await page.getByTestId('toast').getByRole('button', { name: 'Redo' }).click()
  await expect.poll(titles).toEqual(['Buy lottery tickets', 'Pay rent on Monday', 'Send money'])

  // The card of a tool call leads there, too, with nothing but keys.
  const group = page.getByTestId('tool-group').getByRole('button').first()
  await group.press('Enter')
  const card = page.getByTestId('tool-call').filter({ hasText: 'Send money' })
  await card.getByRole('button').first().press('Enter')
  await card.getByTestId('undo-plans').press('Enter')
  await expect(dialog.getByTestId('undo-items').getByRole('listitem')).toHaveCount(2)
  await dialog.getByTestId('planner-undo-confirm').press('Enter')
  await expect.poll(titles).toEqual(['Call Mum', 'Pay rent on Monday'])
  // An undo that was not at hand in time is redone from the same place.
  await card.getByTestId('undo-plans').press('Enter')
  await expect(dialog).toContainText('Redo the changes to your plans')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await typeInto(composer(page), 'still here')
  await expect(composer(page)).toHaveValue('still here')
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('the dialog is accessible', async ({ page, api, scripted }, info) => {
    const task = await api.tasks.add.mutate({ title: 'Call Mum', description: 'About the garden', dueDate: '2026-12-01' })
    const goal = await api.goals.create.mutate({ title: 'Learn to sail' })
    const kept = await api.tasks.add.mutate({ title: 'Pay rent' })
    scripted.provider.script(
      inTurn(
        toolCalls(
          {
            name: 'update_task',
            args: {
              taskId: task.id,
              title: 'Buy lottery tickets',
              description: 'none',
              dueDate: '2027-01-31',
              completed: true,
            },
          },
          { name: 'update_goal', args: { goalId: goal.id, status: 'abandoned' } },
          { name: 'update_task', args: { taskId: kept.id, title: 'Pay twice' } },
          { name: 'add_task', args: { title: 'Send money' } },
        ),
        text('All changed.'),
      ),
    )
    await send(page, 'Tidy up')
    await expectStatus(lastAnswer(page), 'completed')
    await api.tasks.update.mutate({ taskId: kept.id, title: 'Pay rent on Monday' })
    await lastAnswer(page).hover()
    await lastAnswer(page).getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Undo the changes to your plans' }).click()
    await expect(page.getByTestId('undo-kept')).toBeVisible()
    await page.screenshot({ path: info.outputPath('undo.png') })
    await expectAccessibleAtEverySize(page, info, 'undo')
    await page.screenshot({ path: info.outputPath('undo-dark.png') })
  })
})
