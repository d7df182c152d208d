import { writeFile } from 'node:fs/promises'
import { createSeededRandom } from '../../../server/test/seeded-random.ts'
import { createApiClient } from '../api-client.ts'
import { expectAccessible } from '../expect-accessible.ts'
import { createNetworkBetween } from '../network-between.ts'
import { answers, contentOf, expectLive, openStart, send } from '../page-parts.ts'
import { startTestServer } from '../test-server.ts'
import { expect, test } from '../test.ts'
import { createLedger } from './ledger.ts'
import { createMonkey } from './monkey.ts'

/** `npm run monkey` plays for longer; HOLDFAST_SEED selects another game. */
const seconds = Number(process.env['HOLDFAST_MONKEY_SECONDS'] ?? 0)
const seed = Number(process.env['HOLDFAST_SEED'] ?? 1)
const shortGame = 40

test(`a monkey plays with the page (seed ${seed}): nothing is lost, nothing is sent twice, nothing throws`, async ({
  browser,
}, info) => {
  test.setTimeout(seconds * 1_000 + 300_000)
  await using network = await createNetworkBetween()
  await using server = await startTestServer({ env: { PUBLIC_URL: network.url } })
  network.leadTo(server.url)
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  const page = await context.newPage()
  await openStart(page, network.url)
  const ledger = createLedger()
  const monkey = createMonkey({ context, page, network, ledger, random: createSeededRandom(seed) })
  try {
    const end = Date.now() + seconds * 1_000
    for (let done = 0; seconds > 0 ? Date.now() < end : done < shortGame; done += 1) await monkey.act()
    const last = await monkey.calmDown()
    await expectLive(last)
    // Now, because its token lasts for minutes only.
    await using api = await createApiClient(server.url, context)
    await ledger.expectNothingLost(api.client, last)
    await send(last, 'say Still here')
    await expect(answers(last)).toHaveCount(1)
    await expect(contentOf(answers(last))).toHaveText('Still here')
    await expectAccessible(last, info, 'after the monkey')
  } finally {
    await writeFile(info.outputPath('diary.txt'), monkey.diary.join('\n'))
  }
  await context.close()
})
