import { useState } from 'react';
import { ToggleButton } from 'react-aria-components';
import type { TallyText } from '../../../../http/answers/jobs.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Said } from '../../ui/said.tsx';
import { countOf } from '../words.ts';
import { ChangedPassView } from './changedPass.tsx';
import classes from './diffReport.module.css';
import { obstaclesOf } from './jobWords.ts';
import { samplesOf } from './samples.ts';

/** Which passes would change: how many, which of their fields, and some of them drawn before and after. */
export const DiffReport = ({ tally }: { readonly tally: TallyText }) => {
  const { members = 0, changed = 0, pushes = 0 } = tally.counts;
  const obstacles = obstaclesOf(tally);
  const [path, setPath] = useState<string | null>(null);
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
          <Paths tally={tally} changed={changed} path={path} onPath={setPath} />
          <Samples key={path} tally={tally} path={path} onPath={setPath} />
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

type Chosen = { readonly path: string | null; readonly onPath: (path: string | null) => void };

/** How often each field differs. One of them can be chosen: then only passes in which it differs are shown. */
const Paths = ({
  tally,
  changed,
  path: chosen,
  onPath,
}: { readonly tally: TallyText; readonly changed: number } & Chosen) => (
  <table className={classes.paths} aria-label="Changes by field">
    <thead>
      <tr>
        <th scope="col">Field of the pass</th>
        <th scope="col">Passes in which it differs</th>
      </tr>
    </thead>
    <tbody>
      {Object.entries(tally.paths)
        .sort(([, a], [, b]) => b - a)
        .map(([path, count]) => (
          <tr key={path}>
            <td>
              <ToggleButton
                className={classes.path ?? ''}
                isSelected={path === chosen}
                onChange={(isChosen) => onPath(isChosen ? path : null)}
                aria-label={`Only passes in which ${path} differs`}
              >
                <code>{path}</code>
              </ToggleButton>
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

/** One at a time: each is two cards in two wallets. Those in which something seldom differs come first. */
const Samples = ({ tally, path, onPath }: { readonly tally: TallyText } & Chosen) => {
  const samples = samplesOf(tally, path);
  const [at, setAt] = useState(0);
  const sample = samples[at];
  if (sample === undefined) return null;
  const changed = path === null ? (tally.counts.changed ?? 0) : (tally.paths[path] ?? 0);
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
      <p className={classes.soft}>
        {path === null ? (
          changed > samples.length && `Of ${changed.toLocaleString()} passes, ${samples.length} were kept as samples.`
        ) : (
          <>
            <code>{path}</code> differs in {countOf(changed, 'pass', 'passes')}
            {changed > samples.length && `, of which ${samples.length} were kept as samples`}.{' '}
            <Button onPress={() => onPath(null)}>Show all samples</Button>
          </>
        )}
      </p>
      <ChangedPassView sample={sample} />
    </section>
  );
};
