import type { AppleField } from '../../../http/answers/drawnCards.ts';
import classes from './appleFields.module.css';
import { appleText } from './appleText.ts';

export type AppleFieldsProps = {
  readonly fields: readonly AppleField[];
  readonly language: string;
  readonly className: string | undefined;
};

/** Fields of one place of the card, beside each other. */
export const AppleFields = ({ fields, language, className }: AppleFieldsProps) =>
  fields.length === 0 ? null : (
    <dl className={`${classes.fields} ${className}`}>
      {fields.map((field) => (
        <div key={field.key} className={`${classes.field} ${classes[ALIGNED[field.textAlignment ?? ''] ?? 'natural']}`}>
          <dt className={classes.label}>{field.label ?? ''}</dt>
          <dd className={classes.value}>{appleText(field, language)}</dd>
        </div>
      ))}
    </dl>
  );

const ALIGNED: Readonly<Record<string, string>> = {
  PKTextAlignmentLeft: 'left',
  PKTextAlignmentCenter: 'center',
  PKTextAlignmentRight: 'right',
};
