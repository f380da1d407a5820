import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ProgressBar } from '../../ui/progressBar.tsx';
import { Select } from '../../ui/select.tsx';
import { bytesText } from '../words.ts';
import classes from './files.module.css';
import { Loaded } from './loaded.tsx';
import type { Upload } from './upload.ts';
import { chooseObject, forget, sendAgain } from './uploads.ts';

export type UploadRowProps = { readonly upload: Upload; readonly objects: readonly string[] };

/** A file on its way: chosen, sent, loaded. */
export const UploadRow = ({ upload, objects }: UploadRowProps) => {
  const { id, name, bytes, object, state } = upload;
  const isOnItsWay = state === 'queued' || state === 'sending';
  return (
    <li className={classes.file}>
      <div className={classes.head}>
        <h3>{name}</h3>
        <span className={classes.soft}>
          {bytesText(bytes)}
          {state !== 'chosen' && `, as ${object}`}
        </span>
        <Button aria-label={`${isOnItsWay ? 'Do not send' : 'Take off the list'}: ${name}`} onPress={() => forget(id)}>
          {isOnItsWay ? 'Do not send' : 'Take off the list'}
        </Button>
      </div>
      <Stage upload={upload} objects={objects} />
    </li>
  );
};

const Stage = ({ upload, objects }: UploadRowProps) => {
  const { id, name, bytes } = upload;
  switch (upload.state) {
    case 'chosen':
      return (
        <div className={classes.choice}>
          <Select
            label="Its rows are of"
            choices={objects.map((one) => ({ id: one, label: one }))}
            value={upload.object}
            onChange={(chosen) => chooseObject(id, chosen)}
            placeholder="Choose the object"
          />
          {upload.object === null && (
            <p className={classes.soft}>Nothing in the file or its name tells which object it is of.</p>
          )}
        </div>
      );
    case 'queued':
      return <Badge tone="quiet">Its turn comes</Badge>;
    case 'sending':
      return (
        <ProgressBar
          label={`Sending ${name}`}
          value={upload.sentBytes}
          total={bytes}
          told={`${bytesText(Math.min(upload.sentBytes, bytes))} of ${bytesText(bytes)}`}
        />
      );
    case 'broken':
      return (
        <div className={classes.problem} role="alert">
          <p>{upload.problem}</p>
          <Button onPress={() => sendAgain(id, upload.object)}>Send {name} again</Button>
        </div>
      );
    case 'sent':
      return <Loaded file={upload.file} name={name} />;
  }
};
