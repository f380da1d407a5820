/** Of a pass as a file. Apart: who only says it loads nothing that signs. */
export const PKPASS_TYPE = 'application/vnd.apple.pkpass';
