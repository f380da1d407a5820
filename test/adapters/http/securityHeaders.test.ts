import { describe, expect, it } from 'vitest';
import { answerHeaders, pageHeaders, signInHeaders } from '#adapters/http/securityHeaders.ts';

const directives = (policy = ''): Readonly<Record<string, string>> =>
  Object.fromEntries(policy.split('; ').map((directive) => directive.split(/ (.*)/) as [string, string]));

describe('what browsers may do with an answer', () => {
  it.each([
    ['an answer', answerHeaders()],
    ['the page', pageHeaders('n')],
    ['the page that asks for the token', signInHeaders("'sha256-c2VjcmV0'")],
  ])('%s loads nothing it does not name, is framed by nobody, and runs nothing that stands in it', (_what, headers) => {
    const policy = headers['content-security-policy'];
    expect(directives(policy)).toMatchObject({
      'default-src': "'none'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
    });
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  });

  it('the page takes scripts and data from here, and the styles of this very answer; no text becomes markup', () => {
    expect(directives(pageHeaders('c2VjcmV0')['content-security-policy'])).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self' 'nonce-c2VjcmV0'",
      'img-src': "'self' data:",
      'connect-src': "'self'",
      'form-action': "'none'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    });
  });
});
