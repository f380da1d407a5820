import { DatabaseSync } from 'node:sqlite';

/**
 * Run as a program of its own, beside the running dynoxide: the database file, the views table, a member's id, what marks an image that holds nothing
 * personal, and how long to wait for others, in ms. SQLite keeps what was deleted or replaced in free pages until they are used again, and dynoxide the
 * images of its streams for a day: both are written anew without them. The last record of a stream stays, since dynoxide counts on from it.
 */
const [, , file, table, id, harmless, patience] = process.argv;
if (file === undefined || table === undefined || id === undefined || harmless === undefined || patience === undefined)
  throw new Error('expected a database file, a table, an id, a text and a time');
const database = new DatabaseSync(file, { timeout: Number(patience) });
database
  .prepare(
    `DELETE FROM _stream_records WHERE table_name = ? AND instr(keys_json, ?) > 0 AND instr(coalesce(new_image, ''), ?) = 0
     AND id < (SELECT max(id) FROM _stream_records WHERE table_name = ?)`,
  )
  .run(table, id, harmless, table);
database.exec('VACUUM');
const checkpoint = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
database.close();
// A reader that does not end keeps what was written before (SQLite, "PRAGMA wal_checkpoint"): nothing is clean then.
if (checkpoint?.busy !== 0) throw new Error('the database is being read: what was removed is still in its log');
