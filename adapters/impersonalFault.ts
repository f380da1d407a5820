/** What broke: a name or a code, and where. Never the message, which may quote what was sent; nor does a line of the message pass for one of the stack. */
export type ImpersonalFault = { readonly fault: string; readonly at: readonly string[] };

export const impersonalFault = (error: unknown): ImpersonalFault => {
  if (!(error instanceof Error)) return { fault: 'not an Error', at: [] };
  const { name, message, stack = '' } = error;
  const frames = stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : '';
  const code = 'code' in error && typeof error.code === 'string' && CODE.test(error.code) ? error.code : null;
  return {
    fault: code ?? (NAME.test(name) ? name : 'Error'),
    at: frames.split('\n').filter((line) => FRAME.test(line)),
  };
};

/** ECONNRESET, ERR_TLS_CERT_ALTNAME_INVALID */
const CODE = /^[A-Z][A-Z\d_]{1,60}$/;
const NAME = /^[A-Z][A-Za-z\d]{1,60}$/;
/** V8's, of a file. */
const FRAME = /^\s+at (?:async )?(?:[\w.<>$[\] ]+ \()?(?:file:\/\/|node:|\/)[^\s()]*:\d+:\d+\)?$/;
