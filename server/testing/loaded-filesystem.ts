import { MemoryFS, type PGlite } from '@electric-sql/pglite'

/** The folders and files of a data directory. Paths begin with `/`, which is the directory; a folder comes before what is in it. */
export interface DataDirectoryFiles {
  readonly folders: readonly string[]
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[]
}

/** Where PGlite has its data directory. */
const dataDirectory = '/pglite/data'
const regularFile = 0o100600

/** What emscripten keeps of a file or a folder in memory, as far as it is used here. */
interface MemoryNode {
  readonly node_ops: { readonly mknod: (parent: MemoryNode, name: string, mode: number, device: number) => MemoryNode }
  contents: Uint8Array
  usedBytes: number
}

/**
 * A data directory in memory that begins with a copy of these files. PGlite's own `loadDataDir` reads a tar each time, and looks up every
 * file's path from the root: that was half of a start.
 */
export class LoadedFilesystem extends MemoryFS {
  readonly #content: DataDirectoryFiles

  constructor(content: DataDirectoryFiles) {
    super()
    this.#content = content
  }

  override async initialSyncFs(): Promise<void> {
    await super.initialSyncFs()
    if (this.pg) fill(this.pg.Module.FS, this.#content)
  }
}

function fill(fs: PGlite['Module']['FS'], { folders, files }: DataDirectoryFiles): void {
  fs.mkdirTree(dataDirectory, 0o700)
  const nodes = new Map<string, MemoryNode>()
  for (const folder of ['', ...folders]) {
    if (folder !== '') fs.mkdir(dataDirectory + folder, 0o700)
    nodes.set(folder, fs.lookupPath(dataDirectory + folder, {}).node as unknown as MemoryNode)
  }
  for (const { path, content } of files) {
    const slash = path.lastIndexOf('/')
    const folder = nodes.get(path.slice(0, slash))
    if (!folder) throw new Error(`the folder of ${path} comes after it`)
    const node = folder.node_ops.mknod(folder, path.slice(slash + 1), regularFile, 0)
    // Not `slice`, which of a Node buffer is the same memory.
    node.contents = new Uint8Array(content)
    node.usedBytes = content.length
  }
}
