import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stages } from '#infra/cost/scaling.ts';
import { alarmsOf } from '#infra/watch/alarms.ts';
import { guide, guidePart } from '#test/support/operatingGuide.ts';

const alarms = alarmsOf({
  ...{ prefix: 'billfold', feeds: ['billfold-Order'], jobsArn: 'arn', middlewareHost: 'fargate' },
  balancer: { loadBalancer: 'app/billfold/1', targetGroup: 'targetgroup/billfold/2' },
});
const rows = [...guide.matchAll(/^\| `([\w.<>-]+)` \| \[([\w-]+)\]\(runbooks\/([\w-]+)\.md\) \|$/gm)].map(
  ([, name = '', title, page]) => ({ name: new RegExp(`^${name.replace(/<\w+>/, '.+')}$`), title, page }),
);

describe('the operating guide', () => {
  test('lists every alarm, with its page, and no other', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const { name, runbook } of alarms) {
      const pages = rows.filter((row) => row.name.test(name)).map(({ page }) => page);
      expect(pages, name).toContain(runbook);
    }
    const idle = rows.filter((row) => !alarms.some(({ name, runbook }) => row.name.test(name) && row.page === runbook));
    expect(idle).toEqual([]);
    expect(rows.filter(({ title, page }) => title !== page)).toEqual([]);
  });

  test('has a part for each thing that is done', () => {
    const parts = [...guide.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(parts).toEqual([
      'Install',
      'Size',
      'Monitor',
      'Upgrade',
      'Replay and promote',
      'Back up',
      'Forget a member on AWS',
      'Recover',
      'Alarms',
    ]);
  });

  test('refers to pages that there are', () => {
    const links = [...guide.matchAll(/\]\(([\w/-]+\.md)\)/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((link) => !existsSync(new URL(`../../infra/${link}`, import.meta.url)))).toEqual([]);
  });

  test('names the narrowest stages, with what they are computed to take', () => {
    const narrow = stages().toSorted((a, b) => a.perSecond - b.perSecond);
    const said = narrow.slice(0, 2).map(({ name, perSecond }) => `${Math.floor(perSecond)} changes a second (${name})`);
    expect(said.filter((one) => !guidePart('Size').includes(one))).toEqual([]);
  });
});
