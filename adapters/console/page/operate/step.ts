/** at: epoch ms, when it was done; null: not yet, or nobody says. */
export type Step = {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly state: 'done' | 'waiting' | 'failed' | 'skipped';
  readonly at: number | null;
};
