import { createHash } from 'node:crypto';

/** apns-id: the same for the same event and device, however often it is sent. A UUID of version 5 (RFC 9562, section 5.5). */
export const pushId = (eventSource: string, eventId: string, deviceId: string): string => {
  const bytes = createHash('sha1')
    .update(NAMESPACE)
    .update(JSON.stringify([eventSource, eventId, deviceId]))
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** Made for this. */
const NAMESPACE = Buffer.from('5b0d1a3c8f7e4d2b9c6a0e1f2d3c4b5a', 'hex');
