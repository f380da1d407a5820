import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type DropItem, DropZone, FileTrigger, Text } from 'react-aria-components';
import type { MappingListing } from '../../../../http/answers/mapping.ts';
import { getJson } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Said } from '../../ui/said.tsx';
import { countOf } from '../words.ts';
import classes from './files.module.css';
import { firstLine } from './firstLine.ts';
import { guessObject } from './guessObject.ts';
import { UploadRow } from './uploadRow.tsx';
import { addFile, sendChosen, useUploads } from './uploads.ts';

/** AppFlow files, dropped anywhere here: sent, loaded like any other, and what came of each row. */
export const Files = () => {
  const { data: mapping, error } = useQuery({
    queryKey: ['mapping'],
    queryFn: ({ signal }) => getJson<MappingListing>('/api/mapping', signal),
    staleTime: 60_000,
  });
  return (
    <Page
      title="Files"
      lead="AppFlow’s files: a JSON object in each line, plain or gzip. Loading one again changes nothing, so nothing can be spoilt by a second try."
    >
      {mapping === undefined ? (
        error === null ? (
          <Loading what="the mapping" />
        ) : (
          <Failure error={error} />
        )
      ) : (
        <Drop mapping={mapping} />
      )}
    </Page>
  );
};

const Drop = ({ mapping }: { readonly mapping: MappingListing }) => {
  const uploads = useUploads();
  const [said, setSaid] = useState<string | null>(null);
  const take = async (files: readonly File[]): Promise<void> => {
    for (const file of files) addFile(file, guessObject(file.name, await firstLine(file), mapping));
    setSaid(files.length === 0 ? 'There was no file in it.' : null);
  };
  const chosen = uploads.filter(({ state }) => state === 'chosen');
  const ready = chosen.filter(({ object }) => object !== null);
  return (
    <DropZone
      className={classes.zone ?? ''}
      aria-label="Drop files"
      getDropOperation={() => 'copy'}
      onDrop={({ items }) => {
        void filesIn(items).then(take, () => setSaid('It could not be read.'));
      }}
    >
      <div className={classes.target}>
        <Text slot="label" className={classes.call ?? ''}>
          Drop files anywhere here
        </Text>
        <FileTrigger allowsMultiple onSelect={(list) => void take([...(list ?? [])])}>
          <Button>Choose files</Button>
        </FileTrigger>
      </div>
      <Said tone="bad">{said}</Said>
      {uploads.length > 0 && (
        <Panel
          title="Files"
          actions={
            chosen.length > 0 && (
              <Button kind="main" isDisabled={ready.length === 0} onPress={sendChosen}>
                {ready.length === 0 ? 'Load' : `Load ${countOf(ready.length, 'file')}`}
              </Button>
            )
          }
        >
          <ul className={classes.list} aria-label="Files">
            {uploads.map((upload) => (
              <UploadRow key={upload.id} upload={upload} objects={Object.keys(mapping.objects)} />
            ))}
          </ul>
        </Panel>
      )}
    </DropZone>
  );
};

/** Those of folders too, however deep. */
const filesIn = async (items: Iterable<DropItem> | AsyncIterable<DropItem>): Promise<readonly File[]> => {
  const files: File[] = [];
  for await (const item of items) {
    if (item.kind === 'file') files.push(await item.getFile());
    else if (item.kind === 'directory') files.push(...(await filesIn(item.getEntries())));
  }
  return files;
};
