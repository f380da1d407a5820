/** A loyalty programme, as far as its size decides what billfold is asked to do. */
export type Programme = {
  readonly members: number;
  /** That the holder sees, of a member in a year: purchases and what happens to them, promotions, details. */
  readonly changesAYear: number;
  /** Purchases among them, of a member in a year: each leaves the twelve months a year later, at a midnight. */
  readonly purchasesAYear: number;
  /** Of the busiest ten minutes to an average minute: a campaign at noon. */
  readonly peak: number;
  /** How often in a day everything is loaded, to be sure. */
  readonly loadsADay: number;
  /** Years of history that the source and billfold keep. */
  readonly years: number;
  /** Of the holders: those in Google Wallet. The others are Apple's. */
  readonly google: number;
};

/** How often things happen to a member: once a quarter, twice a month, twice a week. */
export const RATES = [4, 24, 104] as const;
export const SIZES = [1_000_000, 10_000_000, 100_000_000] as const;

/** The rest of a programme of that size: stated, so that everybody can put in their own (npm run scale -- --help). */
export const programmeOf = (members: number, changesAYear: number): Programme => ({
  ...{ members, changesAYear },
  purchasesAYear: changesAYear / 2,
  peak: 10,
  loadsADay: 1,
  years: 3,
  google: 0.4,
});

const DAYS = 365;
const SECONDS = 86_400;
export const changesADay = ({ members, changesAYear }: Programme): number => (members * changesAYear) / DAYS;

/** Whose oldest purchase in the twelve months leaves them at the next midnight, where purchases fall on any day alike. */
export const dueADay = ({ members, purchasesAYear }: Programme): number =>
  members * (1 - Math.exp(-purchasesAYear / DAYS));

/** Of the largest object. */
export const purchaseRows = ({ members, purchasesAYear, years }: Programme): number => members * purchasesAYear * years;
const GRANTS = 2;
/** Of the member, what they bought, what they hold. */
export const recordsOf = (programme: Programme): number => programme.members * (1 + GRANTS) + purchaseRows(programme);
export const rowsADay = (programme: Programme): number => recordsOf(programme) * programme.loadsADay;
/** The log: what came with the first load, and each change since. */
export const eventsOf = (programme: Programme): number =>
  recordsOf(programme) + changesADay(programme) * DAYS * programme.years;

/** Passes that change: each is published, and delivered. */
export const passesADay = (programme: Programme): number => changesADay(programme) + dueADay(programme);

/** Changes a second in the busiest ten minutes. */
export const peakASecond = (programme: Programme): number => (changesADay(programme) * programme.peak) / SECONDS;
