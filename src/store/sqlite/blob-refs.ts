import type { DatabaseSync } from 'node:sqlite'

/** Which trees name a blob. Writes run inside the commit queue. */
export class BlobRefs {
  readonly #add
  readonly #has
  readonly #ofTree
  readonly #drop
  readonly #dropTree

  constructor(database: DatabaseSync) {
    this.#add = database.prepare('INSERT OR IGNORE INTO blob_refs (hash, tree) VALUES (?, ?)')
    this.#has = database.prepare('SELECT 1 FROM blob_refs WHERE hash = ? LIMIT 1')
    this.#ofTree = database.prepare('SELECT hash FROM blob_refs WHERE tree = ?')
    this.#drop = database.prepare('DELETE FROM blob_refs WHERE hash = ? AND tree = ?')
    this.#dropTree = database.prepare('DELETE FROM blob_refs WHERE tree = ?')
  }

  add(tree: number, hashes: readonly string[]): void {
    for (const hash of hashes) this.#add.run(hash, tree)
  }

  has(hash: string): boolean {
    return this.#has.get(hash) !== undefined
  }

  ofTree(tree: number): string[] {
    return this.#ofTree.all(tree).map((row) => String(row.hash))
  }

  drop(tree: number, hash: string): void {
    this.#drop.run(hash, tree)
  }

  dropTree(tree: number): void {
    this.#dropTree.run(tree)
  }
}
