import { sql } from 'drizzle-orm'

/** The smallest thing that can be committed: what the benches divide by. */
export const bareRow = {
  table: sql`create table if not exists bare_rows (id bigint generated always as identity, payload text)`,
  insert: sql`insert into bare_rows (payload) values (${'x'.repeat(64)})`,
}
