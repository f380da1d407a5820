/** Of senders. */
export const EVENT_KEY = 'key-canary-0123456789';
