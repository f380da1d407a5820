import type { Topology } from '../topology.ts';

/** What no job on AWS looks at or can change, and until when it holds something of the member. */
export const notCoveredOnAws = ({ buckets, buses, queues, forgetting }: Topology): readonly string[] => [
  'Point-in-time recovery of records and events: what was personal is sealed under the destroyed key, which is in no backup; gone after 35 days.',
  `Archive of the wallet bus: clear passes, gone after ${archiveDaysOf(buses.wallet)} days. The domain bus and the lake carry nothing personal.`,
  `Files of the landing bucket: rows in clear, gone after ${buckets.landing.expireAfterDays} days; the bucket keeps no versions unless you switched them on.`,
  `Messages on their way in queues. Dead letters that name the member were removed from ${forgetting.members.deadLetters.join(', ')}; who is sent one later keeps it for ${daysOf(queues.relayDead.retentionSeconds)} days at most.`,
  'Streams of the tables: 24 hours.',
  'CloudWatch: logs and metrics are written to hold nothing personal, and were not looked at.',
  'What consumers of the buses keep, and the passes on phones: the void pass asks them to erase it.',
];

const archiveDaysOf = (bus: Topology['buses']['wallet']): string =>
  bus.retention === 'kept' ? String(bus.archiveDays ?? 'no') : '0';

const daysOf = (seconds: number): number => seconds / 86_400;
