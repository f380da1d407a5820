import type { Certificate } from '../../../../http/answers/forgotten.ts';
import { Badge } from '../../ui/badge.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import classes from '../operate.module.css';
import { bytesText } from '../words.ts';
import own from './forget.module.css';
import { removedText, storeName } from './forgetWords.ts';

/** What was done and looked at, to be kept as proof: it holds nothing personal. */
export const CertificateView = ({ certificate }: { readonly certificate: Certificate }) => {
  const { memberId, forgottenAt, certifiedAt, eventId, stores, removed, notCovered } = certificate;
  const taken = removedText(removed);
  const file = `data:application/json,${encodeURIComponent(JSON.stringify(certificate, null, 2))}`;
  return (
    <section className={own.certificate} aria-label="Certificate">
      <p>
        <code>{memberId}</code> was forgotten <Time at={forgottenAt} seconds /> by the event <code>{eventId}</code>.
        Looked through <Time at={certifiedAt} seconds />.{taken !== null && ` Removed: ${taken}.`}
      </p>
      <Table label="What was looked through" columns={COLUMNS} rows={stores} idOf={({ store }) => store} />
      <h3>Not looked at</h3>
      <ul className={own.list}>
        {notCovered.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <p>
        <a href={file} download={`forgotten-${memberId}.json`}>
          Download the certificate
        </a>{' '}
        <span className={classes.soft}>It is not kept: the next start of the service does not know it.</span>
      </p>
    </section>
  );
};

type Store = Certificate['stores'][number];

const COLUMNS: readonly Column<Store>[] = [
  { title: 'Where', cell: ({ store }) => storeName(store) },
  { title: 'Looked at', isNumber: true, cell: ({ items }) => items.toLocaleString() },
  { title: 'Size', isNumber: true, cell: ({ bytes }) => bytesText(bytes) },
  {
    title: 'Found',
    cell: ({ found, where, alike }) => (
      <>
        <Badge tone={found === 0 ? 'good' : 'bad'}>{found === 0 ? 'nothing' : found.toLocaleString()}</Badge>
        {where.length > 0 && ` ${where.join(', ')}`}
        {alike > 0 && <span className={classes.soft}> {alike.toLocaleString()} alike, of others</span>}
      </>
    ),
  },
];
