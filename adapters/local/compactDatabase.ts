import { DatabaseSync } from 'node:sqlite';

/**
 * Run as a program of its own, beside the running dynoxide: the database file, the views table, a member's id, and what marks an image that holds nothing
 * personal. SQLite keeps what was deleted or replaced in free pages until they are used again, and dynoxide the images of its streams for a day: both are
 * written anew without them. The last record of a stream stays, since dynoxide counts on from it.
 */
const [, , file, table, id, harmless] = process.argv;
if (file === undefined || table === undefined || id === undefined || harmless === undefined)
  throw new Error('expected a database file, a table, an id and a text');
const database = new DatabaseSync(file, { timeout: 20_000 });
database
  .prepare(
    `DELETE FROM _stream_records WHERE table_name = ? AND instr(keys_json, ?) > 0 AND instr(coalesce(new_image, ''), ?) = 0
     AND id < (SELECT max(id) FROM _stream_records WHERE table_name = ?)`,
  )
  .run(table, id, harmless, table);
database.exec('VACUUM');
database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
database.close();
