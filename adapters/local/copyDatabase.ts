import { DatabaseSync } from 'node:sqlite';

/**
 * Run as a program of its own: a database file, and where its copy goes. The copy is of one instant, whoever writes meanwhile, and nobody waits for it: SQLite reads
 * in one transaction, which in WAL mode holds up no writer (sqlite.org, "VACUUM", read November 2026). Apart, because node:sqlite still warns wherever it is loaded.
 */
const [, , from, to] = process.argv;
if (from === undefined || to === undefined) throw new Error('expected a database file and the path of its copy');
const database = new DatabaseSync(from, { timeout: 30_000 });
database.prepare('VACUUM INTO ?').run(to);
database.close();
