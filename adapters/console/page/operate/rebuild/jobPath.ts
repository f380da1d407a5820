/** Where what a job found is seen. */
export const jobPath = (jobId: string): string => `/operate/rebuild?job=${encodeURIComponent(jobId)}`;
