import { useState } from 'react';
import type { TallyText } from '../../../../http/answers/jobs.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Said } from '../../ui/said.tsx';
import { countOf } from '../words.ts';
import { ChangedPassView } from './changedPass.tsx';
import classes from './diffReport.module.css';
import { obstaclesOf } from './jobWords.ts';

/** Which passes would change: how many, which of their fields, and some of them drawn before and after. */
export const DiffReport = ({ tally }: { readonly tally: TallyText }) => {
  const { members = 0, changed = 0, pushes = 0 } = tally.counts;
  const obstacles = obstaclesOf(tally);
  return (
    <div className={classes.report}>
      <dl className={classes.numbers}>
        <Figure name={`of ${countOf(members, 'pass', 'passes')} would change`} value={changed} />
        <Figure name={pushes === 1 ? 'holder would be told' : 'holders would be told'} value={pushes} />
      </dl>
      {obstacles.length > 0 && (
        <Said tone="bad">
          Not every member is covered, so the version cannot be promoted yet: {obstacles.join(', ')}.
        </Said>
      )}
      {changed === 0 ? (
        <Empty title="No pass would change">What it folds differs in nothing that a holder sees.</Empty>
      ) : (
        <>
          <Paths tally={tally} changed={changed} />
          <Samples tally={tally} />
        </>
      )}
    </div>
  );
};

const Figure = ({ name, value }: { readonly name: string; readonly value: number }) => (
  <div className={classes.figure}>
    <dt>{name}</dt>
    <dd>{value.toLocaleString()}</dd>
  </div>
);

/** How often each field differs. */
const Paths = ({ tally, changed }: { readonly tally: TallyText; readonly changed: number }) => (
  <table className={classes.paths} aria-label="Changes by field">
    <thead>
      <tr>
        <th scope="col">Field</th>
        <th scope="col">Passes</th>
      </tr>
    </thead>
    <tbody>
      {Object.entries(tally.paths)
        .sort(([, a], [, b]) => b - a)
        .map(([path, count]) => (
          <tr key={path}>
            <td>
              <code>{path}</code>
            </td>
            <td>
              <span className={classes.bar} style={{ ['--share' as string]: count / changed }} />
              {count.toLocaleString()}
            </td>
          </tr>
        ))}
    </tbody>
  </table>
);

/** One at a time: each is two cards in two wallets. */
const Samples = ({ tally }: { readonly tally: TallyText }) => {
  const samples = tally.samples.filter((sample) => 'changed' in sample);
  const [at, setAt] = useState(0);
  const sample = samples[at];
  if (sample === undefined) return null;
  return (
    <section className={classes.samples} aria-label="Samples">
      <div className={classes.stepper}>
        <h3 aria-live="polite">
          Sample {at + 1} of {samples.length}
        </h3>
        <Button isDisabled={at === 0} onPress={() => setAt(at - 1)}>
          Previous sample
        </Button>
        <Button isDisabled={at === samples.length - 1} onPress={() => setAt(at + 1)}>
          Next sample
        </Button>
      </div>
      <ChangedPassView sample={sample} />
    </section>
  );
};
