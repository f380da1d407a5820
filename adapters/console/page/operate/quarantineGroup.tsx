import { useState } from 'react';
import type { QuarantinedText } from '../../../http/answers/quarantine.ts';
import { Button } from '../ui/button.tsx';
import classes from './operate.module.css';
import type { QuarantineGroup } from './quarantineGroups.ts';
import { QuarantineItem, type QuarantineItemProps } from './quarantineItem.tsx';
import { countOf } from './words.ts';

export type QuarantineGroupProps = {
  readonly group: QuarantineGroup;
  readonly itemProps: (item: QuarantinedText) => Omit<QuarantineItemProps, 'item'>;
};

const SHOWN = 25;

/** What is wrong in many rows alike is said once; the rows come when they are asked for. */
export const QuarantineGroupView = ({ group: { items }, itemProps }: QuarantineGroupProps) => {
  const [shown, setShown] = useState(0);
  const [first] = items;
  if (first === undefined || first.origin.type !== 'file')
    return first && <QuarantineItem item={first} {...itemProps(first)} />;
  if (items.length === 1) return <QuarantineItem item={first} {...itemProps(first)} />;
  return (
    <>
      <li className={`${classes.item} ${classes.quiet}`}>
        <h3>
          {countOf(items.length, 'row')}: <code>{first.path}</code>: {first.reason}
        </h3>
        <p className={classes.soft}>
          Of the file <code>{first.origin.file}</code>, each for the same reason.
        </p>
        <div className={classes.actions}>
          <Button aria-expanded={shown > 0} onPress={() => setShown(shown === 0 ? SHOWN : 0)}>
            {shown === 0 ? `Show the ${countOf(items.length, 'row')}` : 'Hide the rows'}
          </Button>
        </div>
      </li>
      {items.slice(0, shown).map((item) => (
        <QuarantineItem key={item.id} item={item} {...itemProps(item)} />
      ))}
      {shown > 0 && shown < items.length && (
        <li>
          <Button onPress={() => setShown(shown + SHOWN)}>Show more of these rows</Button>
        </li>
      )}
    </>
  );
};
