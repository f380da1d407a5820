import * as t from 'io-ts';

/** What a registry told of the dependencies. unanswered: nothing, as mirrors and machines without a network tell nothing. */
export type Verdict =
  | { readonly type: 'sound' }
  | { readonly type: 'found'; readonly what: string }
  | { readonly type: 'unanswered'; readonly why: string };

const Advisories = t.type({
  auditReportVersion: t.number,
  metadata: t.type({ vulnerabilities: t.type({ high: t.number, critical: t.number }) }),
  vulnerabilities: t.record(t.string, t.type({ severity: t.string })),
});
const Signatures = t.type({ invalid: t.array(t.type({ name: t.string })), missing: t.array(t.unknown) });
const Refused = t.type({ statusCode: t.number });
const Failed = t.type({ error: t.type({ code: t.string }) });

/** Of `npm audit --json`: what is high or critical is found, the rest is left to whoever updates. */
export const judgeAdvisories = (answer: string): Verdict => {
  const json = parsed(answer);
  if (!Advisories.is(json)) return unanswered(json);
  const { high, critical } = json.metadata.vulnerabilities;
  const named = Object.entries(json.vulnerabilities).flatMap(([name, { severity }]) =>
    severity === 'high' || severity === 'critical' ? [`${name} (${severity})`] : [],
  );
  return high + critical === 0 ? { type: 'sound' } : { type: 'found', what: named.join(', ') };
};

/** Of `npm audit signatures --json`. missing: a registry that signs nothing at all is a mirror, so it is no fault. */
export const judgeSignatures = (answer: string): Verdict => {
  const json = parsed(answer);
  if (!Signatures.is(json)) return unanswered(json);
  return json.invalid.length === 0
    ? { type: 'sound' }
    : { type: 'found', what: json.invalid.map(({ name }) => name).join(', ') };
};

const unanswered = (json: unknown): Verdict => {
  if (Refused.is(json)) return { type: 'unanswered', why: `status ${json.statusCode}` };
  return { type: 'unanswered', why: Failed.is(json) ? json.error.code : 'nothing that can be read' };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
