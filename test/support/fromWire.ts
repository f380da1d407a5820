import { ingestHandler } from '#adapters/lambda/ingest.ts';
import { parseExactJson } from '#adapters/source/exactJson.ts';
import {
  type Definitions,
  evolveDefinitions,
  fold,
  initialStates,
  isMemberEvent,
  type Mapping,
  memberStream,
  type Pass,
  renderPass,
  viewAll,
} from '#domain/index.ts';
import { ingesting, loadBytes } from './ingesting.ts';

/** A mapping's readers, merge, rules and projections over memory: wire text in, passes and quarantine out. */
export const fromWire = (mapping: Mapping) => {
  const service = ingesting(mapping);
  let entries = 0;
  return {
    /** The rows of an AppFlow file. */
    file: async (object: string, ...rows: readonly object[]): Promise<void> => {
      await loadBytes(object, Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')), service);
    },
    /** An entry of the source bus; detail as its publisher wrote it. */
    entry: async (detailType: string, detail: object | string): Promise<void> => {
      entries += 1;
      const content = typeof detail === 'string' ? parseExactJson(detail) : detail;
      const body = JSON.stringify({
        id: `event-${entries}`,
        'detail-type': detailType,
        source: 'anyone',
        detail: content,
      });
      await ingestHandler(service.deps)({ Records: [{ messageId: `message-${entries}`, body }] });
    },
    /** On that instant. null: provisional. */
    passOf: (memberId: string, at: number): Pass | null => {
      const { streams } = service.memory;
      const events = (streams.get(memberStream(memberId)) ?? []).flatMap((commit) => commit.events);
      const defined = [...streams.values()]
        .flat()
        .flatMap((commit) => commit.events)
        .reduce<Definitions>(evolveDefinitions, { definitions: {} });
      const now = { at, timeZone: mapping.programme.timeZone };
      return renderPass(
        memberId,
        viewAll(fold(initialStates, events.filter(isMemberEvent)), now, { version: 1, ...defined }),
      );
    },
    /** The types of a member's events. */
    eventsOf: (memberId: string) =>
      (service.memory.streams.get(memberStream(memberId)) ?? []).flatMap(({ events }) =>
        events.map(({ type }) => type),
      ),
    aside: () => [...service.memory.quarantine.values()].map(({ path, reason }) => `${path}: ${reason}`),
  };
};
