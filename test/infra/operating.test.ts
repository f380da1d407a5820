import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { alarmsOf } from '#infra/watch/alarms.ts';
import { readAwsCommand } from '#test/support/awsCommand.ts';
import { guide, guideCommands } from '#test/support/operatingGuide.ts';

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

  test.each(guideCommands('aws'))('%s is a command of the AWS CLI, as the model of the service has it', (command) => {
    expect(readAwsCommand(command).operation).toMatch(/^[A-Z]/);
  });

  test('a command that there is not, an option, a member or a required one that is missing, is noticed', () => {
    for (const wrong of [
      'restore-table --table-name x',
      'update-table --table-name x --deletion-protection',
      'update-table --table-name x --stream-specification Enabled=true',
      'update-table --deletion-protection-enabled',
    ])
      expect(() => readAwsCommand(`aws dynamodb ${wrong}`), wrong).toThrow();
  });

  test('refers to pages that there are', () => {
    const links = [...guide.matchAll(/\]\(([\w/-]+\.md)\)/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((link) => !existsSync(new URL(`../../infra/${link}`, import.meta.url)))).toEqual([]);
  });

  test('asks npm for scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const asked = guideCommands('npm').map((command) => command.split(' '));
    expect(asked.length).toBeGreaterThan(5);
    for (const [, verb = '', name = ''] of asked)
      expect(verb === 'ci' || (verb === 'start' ? 'start' : name) in scripts, `${verb} ${name}`).toBe(true);
  });
});
