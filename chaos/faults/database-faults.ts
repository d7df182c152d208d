import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSql } from '../../server/test/postgres/start-postgres.ts'
import { choose, type Fault } from './fault.ts'

export const restartPostgres: Fault = {
  name: 'Postgres: fast restart',
  strike: async ({ cluster }) => {
    await cluster.postgres.stop('SIGINT')
    await cluster.postgres.start()
  },
}

export const crashPostgres: Fault = {
  name: 'Postgres: immediate stop, recovery',
  strike: async ({ cluster, random }) => {
    await cluster.postgres.stop('SIGQUIT')
    await sleep(random() * 3_000)
    await cluster.postgres.start()
  },
}

export const terminateConnections: Fault = {
  name: 'Postgres: all connections terminated',
  strike: async ({ cluster, random }) => {
    for (let times = 1 + Math.floor(random() * 3); times > 0; times -= 1) {
      await cluster.sql`
        select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
      await sleep(random() * 500)
    }
  },
}

export const cutDatabaseLine: Fault = {
  name: 'Postgres: line of a node cut and refused',
  strike: async ({ cluster, random }) => {
    const { postgres } = choose(random, cluster.nodes)
    postgres.refuse(true)
    postgres.cut()
    await sleep(random() * 6_000)
    postgres.refuse(false)
  },
}

export const silenceDatabaseLine: Fault = {
  name: 'Postgres: connections of a node go half-open',
  strike: async ({ cluster, random }) => {
    choose(random, cluster.nodes).postgres.silence()
  },
}

export const useUpConnections: Fault = {
  name: 'Postgres: no connection left',
  strike: async ({ cluster }) => {
    const greedy = openSql(cluster.postgres.url, 90)
    // What the nodes hold stays theirs; what they lose now, they cannot replace.
    const held = Array.from({ length: 90 }, () => greedy`select pg_sleep(6)`.catch(() => undefined))
    await sleep(1_000)
    for (const node of cluster.nodes) node.postgres.cut()
    await Promise.all(held)
    await greedy.end({ timeout: 5 })
  },
}

export const makeReadOnly: Fault = {
  name: 'Postgres: read-only',
  strike: async ({ cluster, random }) => {
    await cluster.sql`alter system set default_transaction_read_only = on`
    await cluster.sql`select pg_reload_conf()`
    await sleep(1_000 + random() * 4_000)
    await cluster.sql.begin('read write', async () => {})
    await cluster.sql.unsafe('set session characteristics as transaction read write')
    await cluster.sql`alter system reset default_transaction_read_only`
    await cluster.sql`select pg_reload_conf()`
  },
}

export const fillDisk: Fault = {
  name: 'Postgres: disk full',
  missing: ({ smallDisk }) => (smallDisk === null ? 'it takes root and a tmpfs' : null),
  strike: async ({ cluster, random }) => {
    const { smallDisk } = cluster
    if (smallDisk === null) return
    const path = join(smallDisk, 'filler')
    try {
      const { bavail, bsize } = await statfs(smallDisk)
      await writeFile(path, Buffer.alloc(bavail * bsize)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      })
      // The log needs a new segment, and there is no room for one: Postgres panics, and may not come up again by itself.
      for (let times = 0; times < 4; times += 1) {
        await cluster.sql`select pg_switch_wal()`.catch(() => undefined)
        await sleep(250)
      }
      await sleep(random() * 3_000)
    } finally {
      await rm(path, { force: true })
      await sleep(1_000)
      await cluster.postgres.revive()
    }
  },
}

export const lockTables: Fault = {
  name: 'Postgres: a table locked',
  strike: async ({ cluster, random }) => {
    const table = choose(random, ['generations', 'conversations', 'conversation_log'])
    await cluster.sql.begin(async (tx) => {
      await tx.unsafe(`lock table ${table} in access exclusive mode`)
      await sleep(1_000 + random() * 5_000)
    })
  },
}
