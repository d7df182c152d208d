import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { openPglite } from '../src/platform/database/open-pglite.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createTestApp } from '../testing/create-test-app.ts'
import { runHoldfast } from './run-holdfast.ts'

test('holdfast audit verify reads a database in use, a stopped one, and an export, and names what was tampered with', async () => {
  await using directory = await createDataDirectory()
  const env = { DATA_DIR: directory.path }
  const verify = (...args: string[]) => runHoldfast(env, ['audit', 'verify', ...args])
  const exported = join(directory.path, 'audit.ndjson')
  {
    await using app = await createTestApp({ env })
    const { client } = await app.createUser()
    for (let index = 0; index < 4; index += 1) await client.tokens.create.mutate({ tokenId: randomUUID(), name: 'A token' })
    await expect.poll(async () => (await client.admin.audit.list.query()).items.every(({ seq }) => seq !== null)).toBe(true)
    const { items } = await client.admin.audit.list.query()
    await writeFile(
      exported,
      items
        .toReversed()
        .map((item) => JSON.stringify(item))
        .join('\n'),
    )
    expect((await verify('--json')).json()).toMatchObject({ records: 5, head: { seq: 5 }, fault: null })
  }
  const whole = await verify()
  expect(whole).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^5 records are in order, up to number 5\.\nIts hash is [0-9a-f]{64}\./u),
  })
  expect((await verify(exported)).out).toBe(whole.out)

  const database = await openPglite(directory.path)
  await database.queries.transaction(async (tx) => {
    await tx.execute(sql`alter table audit_records disable trigger all`)
    await tx.execute(sql`update audit_records set actor_id = null where seq = 3`)
  })
  await database.close()
  const tampered = await verify()
  expect(tampered).toMatchObject({ code: 1, out: expect.stringContaining('The audit log was changed. Record 3 (') })
  expect(tampered.out).toContain('Before it, 2 records are in order.')

  await writeFile(exported, 'hello')
  const bad = await verify(exported)
  expect(bad).toMatchObject({ code: 1, out: '', err: expect.stringContaining('is not an export of the audit log: line 1') })
  expect((await verify(join(directory.path, 'none'))).err).toContain('There is no file')
})
