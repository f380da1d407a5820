import * as E from 'fp-ts/lib/Either.js';
import { failureText } from '#domain/index.ts';
import { connectDynamoDb } from '../dynamodb/client.ts';
import { dynamoDbRunStore } from '../dynamodb/runStore.ts';
import type { PageOf } from '../http/answers/common.ts';
import type { RunText } from '../http/answers/runs.ts';
import { listRuns } from '../http/runApi.ts';
import { deployedMapping } from '../source/flowPlan.ts';
import { tableNames } from '../tableNames.ts';
import { CommandFailed } from './client.ts';
import { mappingOf } from './mappingOption.ts';
import type { Target } from './target.ts';

const LISTED = 200;

/** The last runs of all flows, newest first: as the service tells them, or read from the ledger of what is deployed. */
export const runsOf = async (target: Target, prefix: string, mapping: string): Promise<readonly RunText[]> => {
  if (target.type === 'service')
    return ((await target.client.get(`/api/runs?limit=${LISTED}`)) as PageOf<RunText>).items;
  const { dynamodb } = connectDynamoDb({});
  try {
    const tables = { dynamodb, tableName: tableNames(prefix) };
    const runs = dynamoDbRunStore({ ...tables, clock: Date.now });
    const listed = await listRuns({ runs, mapping: deployedMapping(await mappingOf(mapping), prefix) }, null, LISTED);
    if (E.isLeft(listed)) throw new CommandFailed(failureText(listed.left));
    return listed.right.items;
  } finally {
    dynamodb.destroy();
  }
};

/** A run a line, below it each field of which something was found. */
export const auditLines = (object: string, runs: readonly RunText[]): readonly string[] =>
  runs.length === 0
    ? [`No load of ${object} was heard of.`]
    : runs.flatMap(({ flow, executionId, state, rows, audit }) => [
        `${flow}/${executionId}  ${state}, ${rows} rows: ${audit === null ? 'no audit, as no full load came before' : verdictOf(audit)}`,
        ...(audit ?? []).map(({ field, missed, wrong }) => `  ${field}: ${missed} missed, ${wrong} wrong`),
      ]);

const verdictOf = (audit: NonNullable<RunText['audit']>): string =>
  audit.length === 0 ? 'nothing missed, nothing wrong' : 'events missed something, or what is merged is wrong';
