import type { TestInfo } from '@playwright/test'

/** Opens something, gives it to `use`, and closes it when that resolves. */
type Open<Value> = (use: (value: Value) => Promise<void>) => Promise<void>

interface Opened {
  readonly value: Promise<unknown>
  readonly close: () => Promise<void>
}

/** Fixtures that the tests of one file share in a worker; closed when a test of another file requests one, or the worker ends. */
export interface FileFixtures extends AsyncDisposable {
  readonly get: <Value>(file: string, open: Open<Value>) => Promise<Value>
}

export function createFileFixtures(): FileFixtures {
  let current: string | null = null
  const opened = new Map<unknown, Opened>()
  const closeAll = async () => {
    const all = [...opened.values()]
    opened.clear()
    for (const { close } of all) await close()
  }
  return {
    get: async <Value>(file: string, open: Open<Value>) => {
      if (file !== current) await closeAll()
      current = file
      const known = opened.get(open) ?? begin(open)
      opened.set(open, known)
      return (await known.value) as Value
    },
    [Symbol.asyncDispose]: closeAll,
  }
}

function begin<Value>(open: Open<Value>): Opened {
  const ready = Promise.withResolvers<Value>()
  const over = Promise.withResolvers<void>()
  const closed = open(async (value) => {
    ready.resolve(value)
    await over.promise
  })
  closed.catch(ready.reject)
  return {
    value: ready.promise,
    close: async () => {
      over.resolve()
      await closed
    },
  }
}

/** A fixture that the tests of a file share. As a fixture of the worker it would cost each such file a worker, a browser and a server. */
export function sharedByFile<Value>(open: Open<Value>) {
  return async (
    { fileFixtures }: { readonly fileFixtures: FileFixtures },
    use: (value: Value) => Promise<void>,
    info: TestInfo,
  ): Promise<void> => {
    await use(await fileFixtures.get(info.file, open))
  }
}
