import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { markUrl } from '../console/mark.ts';

/** Where its form goes. */
export const SESSION_PATH = '/session';

/**
 * The page that asks a browser for the token, whole: no script, one style, and nothing of what was asked is repeated on it. The link: a browser that came from another
 * site kept the cookie back (SameSite=Strict).
 */
export const signInPage = (said: string | null): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in · billfold</title>
<link rel="icon" href="${markUrl}">
<style>${STYLE}</style>
<main>
<h1><img src="${markUrl}" alt="" width="32" height="32">billfold</h1>
${said === null ? '' : `<p role="alert">${said}.</p>\n`}<p>It asks for a token here: the one that was printed where it was started. That stands in <code>access.json</code> in its data folder, or was given to it as <code>BILLFOLD_TOKEN</code>.</p>
<form method="post" action="${SESSION_PATH}">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Open</button>
</form>
<p><a href="/">Go on</a> if you have shown it before.</p>
</main>
</html>
`;

/** In the colours of the console. */
const STYLE = `${readFileSync(new URL('../console/page/base.css', import.meta.url), 'utf8')}
main {
  display: grid;
  gap: var(--space-4);
  max-inline-size: 26rem;
  margin: 12vh auto 0;
  padding: var(--space-6);
}

h1 {
  display: flex;
  align-items: center;
  gap: var(--space-2);
}

[role='alert'] {
  padding: var(--space-3) var(--space-4);
  border-radius: var(--radius-small);
  color: var(--bad);
  background: var(--bad-soft);
}

form {
  display: grid;
  gap: var(--space-2);
}

input,
button {
  min-block-size: 2.75rem;
  padding: 0 var(--space-4);
  border: 1px solid var(--line-strong);
  border-radius: var(--radius-small);
  font: inherit;
  color: inherit;
  background: var(--surface);
}

button {
  border-color: transparent;
  font-weight: 600;
  color: var(--accent-text);
  background: var(--accent);
  cursor: pointer;
}
`;

/** What the policy of the page allows: this very style. */
export const signInStyleHash = `'sha256-${hash('sha256', STYLE, 'base64')}'`;
