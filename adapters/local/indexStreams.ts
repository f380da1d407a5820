import { DatabaseSync } from 'node:sqlite';

/**
 * Run as a program of its own, with the database file as argument, beside the running dynoxide.
 *
 * dynoxide keeps stream records in one SQLite table without an index, so that each write of a streamed table and each GetRecords reads
 * all of them: with 12,000 records a PutItem cost 3.0 ms of server CPU, with these indexes 0.5 ms at any length (dynoxide 1.2.1; two
 * cores, 2026-11-21). An index changes no answer. Apart, because node:sqlite still warns of being experimental wherever it is loaded.
 */
const file = process.argv[2];
if (file === undefined) throw new Error('expected the path of a dynoxide database file');
const database = new DatabaseSync(file, { timeout: 5_000 });
database.exec(`
  CREATE INDEX IF NOT EXISTS billfold_stream_head ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
  CREATE INDEX IF NOT EXISTS billfold_stream_shard ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));
`);
database.close();
