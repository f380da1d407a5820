import { ListBoxItem, Text } from 'react-aria-components';
import classes from './field.module.css';
import type { Choice } from './select.tsx';

/** One of what can be chosen, in a list that opens. */
export const ChoiceOption = ({ id, label, description }: Choice) => (
  <ListBoxItem id={id} textValue={label} className={classes.option ?? ''}>
    <Text slot="label">{label}</Text>
    {description !== undefined && (
      <Text slot="description" className={classes.hint ?? ''}>
        {description}
      </Text>
    )}
  </ListBoxItem>
);
