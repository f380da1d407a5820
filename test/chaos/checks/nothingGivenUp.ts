import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import type { Check } from './check.ts';

/** No message and no stream record was given up on, nobody is parked, and nothing ended that was not told to. */
export const nothingGivenUp: Check = {
  promise: 'nothing given up, nobody parked, no process gone by itself',
  when: 'always',
  look: async ({ system }) => {
    const { deadLetters, parked } = await system.service().get<RuntimeStatus>('/api/status');
    const buried = Object.entries(deadLetters).filter(([, letters]) => letters > 0);
    return [
      ...buried.map(([queue, letters]) => `${letters} in ${queue}`),
      ...Object.entries(parked).flatMap(([what, count]) =>
        typeof count === 'number' && count > 0 ? [`${count} ${what}`] : [],
      ),
      ...system.endedByItself(),
    ];
  },
};
