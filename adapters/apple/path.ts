/** Where Apple's web service is, without /v1: errors of addresses below it are bare statuses. */
export const APPLE_PATH = '/apple';
