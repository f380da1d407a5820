import { type DocumentedRoute, templateOf } from './openApi.ts';

/** What there is, for a person at a terminal: a line for each operation, as "GET  /api/passes{?after,limit}  every current pass". */
export const endpointIndex = (routes: readonly DocumentedRoute[]): string => {
  const lines = routes.map(({ method, path, operation: { query = {}, summary } }) => {
    const names = Object.keys(query);
    return {
      call: `${method.padEnd(METHOD)} ${templateOf(path)}${names.length === 0 ? '' : `{?${names.join()}}`}`,
      summary,
    };
  });
  const width = Math.max(...lines.map(({ call }) => call.length));
  return `billfold\n\n${lines.map(({ call, summary }) => `${call.padEnd(width)}   ${summary}\n`).join('')}`;
};

const METHOD = 'DELETE'.length;
