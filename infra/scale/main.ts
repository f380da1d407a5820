import { Command, InvalidArgumentError } from 'commander';
import { ledgerTable } from '../cost/ledger.ts';
import { type Programme, programmeOf } from './programme.ts';
import { arrivalsTable, askedTable, dayTable, USUAL } from './scalePage.ts';

const above0 = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a number above 0');
  return value;
};

const usual = programmeOf(1_000_000, USUAL);

new Command('scale')
  .description(
    'What a programme of that size asks for, costs, and where it ends: infra/SCALING.md says how it is reckoned.',
  )
  .option('--members <number>', 'members', above0, usual.members)
  .option('--changes-a-year <number>', 'of one member, that the holder sees', above0, usual.changesAYear)
  .option('--purchases-a-year <number>', 'of one member, among them (default: half of them)', above0)
  .option('--peak <times>', 'of the busiest ten minutes to an average minute', above0, usual.peak)
  .option('--loads-a-day <number>', 'full loads of everything', above0, usual.loadsADay)
  .option('--years <number>', 'of history that is kept', above0, usual.years)
  .option('--google <part>', 'of the holders, in Google Wallet', above0, usual.google)
  .action((options: Partial<Programme> & Pick<Programme, 'members' | 'changesAYear'>) => {
    const programme: Programme = { ...programmeOf(options.members, options.changesAYear), ...options };
    for (const made of [arrivalsTable, askedTable, dayTable])
      process.stdout.write(`${made([programme], ledgerTable)}\n\n`);
  })
  .parse();
