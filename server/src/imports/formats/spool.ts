import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const shards = 64

/** Groups records by a key on the disk: a part of the groups is in memory at a time, and not one record before. */
export interface Spool<Record> {
  readonly add: (key: string, record: Record) => Promise<void>
  /** The groups in an order that follows from their keys; the records of each in the order in which they were added. */
  readonly groups: () => AsyncGenerator<[string, Record[]]>
}

/** @param directory empty; the caller removes it */
export async function openSpool<Record>(directory: string): Promise<Spool<Record>> {
  const files = new Map<number, WriteStream>()
  const toPath = (shard: number) => join(directory, `${shard}.jsonl`)
  return {
    add: async (key, record) => {
      const shard = (createHash('sha256').update(key).digest()[0] ?? 0) % shards
      const file = files.get(shard) ?? createWriteStream(toPath(shard))
      files.set(shard, file)
      if (!file.write(`${JSON.stringify([key, record])}\n`)) await once(file, 'drain')
    },
    groups: async function* groups() {
      for (const file of files.values()) {
        file.end()
        await once(file, 'close')
      }
      for (const shard of [...files.keys()].toSorted((one, other) => one - other)) {
        const found = new Map<string, Record[]>()
        for await (const line of createInterface({ input: createReadStream(toPath(shard)), crlfDelay: Infinity })) {
          const [key, record] = JSON.parse(line) as [string, Record]
          const group = found.get(key)
          if (group) group.push(record)
          else found.set(key, [record])
        }
        yield* found
      }
    },
  }
}
