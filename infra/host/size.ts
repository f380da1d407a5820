/** Of one task, and how many. cpu: 1024 is one vCPU. infra/SCALING.md says what is enough. */
export type HostSize = {
  readonly cpu: number;
  readonly memoryMb: number;
  readonly minTasks: number;
  readonly maxTasks: number;
};
export const HOST_SIZE: HostSize = { cpu: 512, memoryMb: 1024, minTasks: 2, maxTasks: 6 };
