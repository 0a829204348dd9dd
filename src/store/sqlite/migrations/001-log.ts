import { type Kysely, sql } from 'kysely'

const statements = [
  `CREATE TABLE trees (
    no INTEGER PRIMARY KEY, tree TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, hash TEXT NOT NULL,
    base INTEGER, base_seq INTEGER NOT NULL DEFAULT 0, origin TEXT)`,
  'CREATE INDEX trees_base ON trees (base) WHERE base IS NOT NULL',
  'CREATE TABLE events (id INTEGER PRIMARY KEY, head TEXT NOT NULL, data TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL)',
  `CREATE TABLE sessions (
    no INTEGER PRIMARY KEY, session TEXT NOT NULL UNIQUE, tree INTEGER NOT NULL,
    base INTEGER, base_key INTEGER NOT NULL DEFAULT 0, lineage TEXT,
    updated_at INTEGER NOT NULL DEFAULT 0, archived INTEGER NOT NULL DEFAULT 0, active INTEGER NOT NULL DEFAULT 0,
    title TEXT NOT NULL DEFAULT '', row TEXT)`,
  'CREATE INDEX sessions_tree ON sessions (tree)',
  'CREATE INDEX sessions_base ON sessions (base) WHERE base IS NOT NULL',
  'CREATE INDEX sessions_list ON sessions (updated_at, no, archived) WHERE row IS NOT NULL',
  'CREATE INDEX sessions_active ON sessions (tree) WHERE active = 1',
  'CREATE TABLE items (id INTEGER PRIMARY KEY, changed INTEGER NOT NULL, kind TEXT NOT NULL, item TEXT NOT NULL)',
  'CREATE TABLE rewinds (lane INTEGER NOT NULL, after INTEGER NOT NULL, before INTEGER NOT NULL, PRIMARY KEY (lane, before, after)) WITHOUT ROWID',
  // Items that the word index does not have yet: it is filled in batches, and always before a search.
  'CREATE TABLE unsearched (id INTEGER PRIMARY KEY)',
  // "ascii" cuts at spaces and ASCII signs only: the words were already made by projection/search-words.ts.
  `CREATE VIRTUAL TABLE item_words USING fts5(words, content='', contentless_delete=1, tokenize='ascii', prefix='2 3')`,
  `CREATE VIRTUAL TABLE title_words USING fts5(words, content='', contentless_delete=1, tokenize='ascii', prefix='2 3')`,
  'CREATE TABLE blob_refs (hash TEXT NOT NULL, tree INTEGER NOT NULL, PRIMARY KEY (hash, tree)) WITHOUT ROWID',
  'CREATE INDEX blob_refs_tree ON blob_refs (tree)',
  'CREATE TABLE heads (tree INTEGER NOT NULL, seq INTEGER NOT NULL, head TEXT NOT NULL, PRIMARY KEY (tree, seq)) WITHOUT ROWID',
  'CREATE TABLE snapshots (tree INTEGER PRIMARY KEY, seq INTEGER NOT NULL, version TEXT NOT NULL, state TEXT NOT NULL)',
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
