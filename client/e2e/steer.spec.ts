import { createGate, inTurn, text, toolCalls } from '../../server/testing/scripted-provider/index.ts'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { answers, composer, contentOf, expectStatus, lastAnswer, questions, send } from './page-parts.ts'
import { scriptedTest as test } from './scripted-test.ts'
import { expect } from './test.ts'
import { typeInto } from './type-into.ts'

const addTask = toolCalls({ name: 'add_task', args: { title: 'Buy milk' } })

test('a remark reaches the running answer, by key and by button; every tab shows it, and it stays where the answer got it', async ({
  page,
  context,
  scripted,
}) => {
  const gate = createGate()
  scripted.provider.script(
    inTurn(async (reply) => {
      await reply.until(gate.opened)
      await addTask(reply)
    }, text('Milk **and** bread.')),
  )
  await send(page, 'Add milk')
  await expectStatus(lastAnswer(page), 'generating')
  const second = await context.newPage()
  await second.goto(page.url())
  // Nothing is offered while there is nothing to say.
  await expect(page.getByTestId('composer-steer')).toHaveCount(0)
  await typeInto(composer(page), 'Bread, too')
  await expect(page.getByTestId('composer-steer')).toBeVisible()
  await composer(page).press('Control+Enter')
  await expect(composer(page)).toHaveValue('')
  for (const tab of [page, second]) {
    await expect(lastAnswer(tab).getByTestId('remark')).toContainText('Bread, too')
    await expect(lastAnswer(tab).getByTestId('remark')).toContainText('Read at the next step')
  }
  await typeInto(composer(page), 'And be <b>short</b>')
  await page.getByTestId('composer-steer').click()
  await expect(lastAnswer(page).getByTestId('remark')).toHaveCount(2)
  await expect(composer(page)).toBeFocused()
  await page.reload()
  await expect(lastAnswer(page).getByTestId('remark')).toHaveCount(2)

  gate.open()
  for (const tab of [page, second]) {
    await expectStatus(lastAnswer(tab), 'completed')
    await expect(answers(tab)).toHaveCount(1)
    await expect(questions(tab)).toHaveCount(1)
    await expect(contentOf(lastAnswer(tab))).toHaveText(/buy milk.*Bread, too.*And be <b>short<\/b>.*Milk and bread\./isu)
    await expect(lastAnswer(tab).locator('[data-testid=remark][data-state=taken]')).toHaveCount(2)
  }
})

test('Enter still queues a message of its own, and what came too late for the answer is sent as one', async ({
  page,
  scripted,
}) => {
  const gate = createGate()
  scripted.provider.script(
    inTurn(async (reply) => {
      await reply.tokens(['First '])
      await reply.until(gate.opened)
      await reply.tokens(['answer.'])
      await reply.finish()
    }, text('Second answer.')),
  )
  await send(page, 'One')
  await expect(contentOf(lastAnswer(page))).toContainText('First')
  await typeInto(composer(page), 'Too late')
  // The answer ends while the remark is on its way.
  await page.route('**/trpc/messages.steer**', async (route) => {
    gate.open()
    await expectStatus(answers(page).first(), 'completed')
    await route.continue()
  })
  await composer(page).press('Control+Enter')
  await expect(questions(page).last()).toContainText('Too late')
  await expect(page.getByTestId('toast')).toContainText('sent as a message')
  await expect(composer(page)).toHaveValue('')
  await expect(contentOf(lastAnswer(page))).toContainText('Second answer.')

  const held = createGate()
  scripted.provider.script(
    inTurn(async (reply) => {
      await reply.until(held.opened)
      await text('Third.')(reply)
    }, text('Fourth.')),
  )
  await send(page, 'Three')
  await typeInto(composer(page), 'Four')
  await composer(page).press('Enter')
  await expect(questions(page).last()).toContainText('Four')
  held.open()
  await expect(contentOf(lastAnswer(page))).toContainText('Fourth.')
  await expect(page.getByTestId('remark')).toHaveCount(0)
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('an answer with remarks, and a composer that offers to steer, are accessible', async ({ page, scripted }, info) => {
    const gate = createGate()
    scripted.provider.script(
      inTurn(
        addTask,
        async (reply) => {
          await reply.tokens(['The milk is on your list. '])
          await reply.until(gate.opened)
          await reply.finish()
        },
        text('Bread is, too.'),
      ),
    )
    await send(page, 'Add milk')
    await expect(contentOf(lastAnswer(page))).toContainText('on your list')
    await typeInto(composer(page), 'Bread, too, and tell me where I can get both of them on a Sunday')
    await page.getByTestId('composer-steer').click()
    await expect(page.getByTestId('remark')).toBeVisible()
    await typeInto(composer(page), 'And be short')
    await expect(page.getByTestId('composer-steer')).toBeVisible()
    await page.screenshot({ path: info.outputPath('steering.png') })
    await expectAccessibleAtEverySize(page, info, 'steering')
    await page.screenshot({ path: info.outputPath('steering-dark.png') })
    gate.open()
    await expectStatus(lastAnswer(page), 'completed')
    await expect(page.locator('[data-testid=remark][data-state=taken]')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'steered')
    await page.screenshot({ path: info.outputPath('steered-dark.png') })
  })
})
