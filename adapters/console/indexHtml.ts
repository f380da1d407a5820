import type { Bundle } from './bundle.ts';
import { markUrl } from './mark.ts';

/** The one document of the console. nonce: for styles that are set by script, see the policy it is sent with. */
export const indexHtml = ({ script, style, imports }: Omit<Bundle, 'assets'>, nonce: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta property="csp-nonce" content="${nonce}">
    <title>billfold</title>
    <link rel="icon" href="${markUrl}">
    <link rel="stylesheet" href="/console/${style}">
    ${imports.map((path) => `<link rel="modulepreload" href="/console/${path}">`).join('\n    ')}
    <script type="module" src="/console/${script}"></script>
  </head>
  <body>
    <div id="console"></div>
    <noscript>The console needs JavaScript. Everything it does goes through the API, too: /api/openapi.json</noscript>
  </body>
</html>
`;
