import { memo } from 'react';
import { Button } from 'react-aria-components';
import type { Pass } from '#domain/index.ts';
import { FirstOf } from '../ui/firstOf.tsx';
import { Panel } from '../ui/panel.tsx';
import { valuesOf } from './passValues.ts';
import classes from './values.module.css';

export type ValuesProps = { readonly pass: Pass; readonly onWhy: (path: string) => void };

/** Of each group. */
const MOST = 20;

/** Every value of the pass; pressed, it says where it comes from. */
export const Values = memo(({ pass, onWhy }: ValuesProps) => (
  <Panel title="Values, and why">
    <div className={classes.groups}>
      {valuesOf(pass).map(({ title, values }) => (
        <div key={title} className={classes.group}>
          <h3 className={classes.title}>{title}</h3>
          <FirstOf all={values} most={MOST} what="values">
            {(shown) =>
              shown.map(({ path, label, text }) => (
                <Button key={path + label} className={classes.value ?? ''} onPress={() => onWhy(path)}>
                  <span className={classes.label}>{label}</span>
                  <span className={classes.text}>{text}</span>
                  <span className={classes.why}>why?</span>
                </Button>
              ))
            }
          </FirstOf>
        </div>
      ))}
    </div>
  </Panel>
));
