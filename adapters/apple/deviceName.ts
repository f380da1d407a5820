import { createHash } from 'node:crypto';

/** Of a device, for steps and logs: its id is its only secret. 48 bits. */
export const deviceName = (deviceId: string): string =>
  createHash('sha256').update(`device\0${deviceId}`).digest('base64url').slice(0, 8);

/** Under which its pushes are remembered: with another push token it has not been pushed. */
export const pushPlace = ({ deviceId, pushToken }: { readonly deviceId: string; readonly pushToken: string }): string =>
  deviceName(`${deviceId}\0${pushToken}`);
