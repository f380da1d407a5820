import { Construct } from 'constructs';
import type { MiddlewareHostName, Watched } from '../watch/alarm.ts';
import { appRunnerHost } from './appRunnerHost.ts';
import { expressHost } from './expressHost.ts';
import { fargateHost } from './fargateHost.ts';
import type { TaskAccess } from './roles.ts';
import { HOST_SIZE, type HostSize } from './size.ts';

export type MiddlewareHostProps = TaskAccess & {
  readonly prefix: string;
  /** app-runner: for accounts that had it before 2026-04-30; it is closed to others. */
  readonly host: MiddlewareHostName;
  /** For fargate: of the domain, in the same region. */
  readonly certificateArn?: string;
  /** Under which devices and the relay know it. Pointing the name at the host is up to whoever owns the zone. */
  readonly domainName?: string;
  readonly size?: Partial<HostSize>;
};

/** What a host needs, with sizes settled. */
export type Hosting = Omit<MiddlewareHostProps, 'size'> & { readonly size: HostSize };
export type Hosted = { readonly url: string; readonly balancer?: Watched['balancer'] };

/** The middleware, on one of three hosts: the same image, the same rights. */
export class MiddlewareHost extends Construct {
  /** https://…, without a slash at the end. */
  readonly url: string;
  /** For Observe. Only of fargate, whose load balancer is ours. */
  readonly balancer: Watched['balancer'];

  constructor(scope: Construct, id: string, { size, ...props }: MiddlewareHostProps) {
    super(scope, id);
    const { url, balancer } = HOSTS[props.host](this, { ...props, size: { ...HOST_SIZE, ...size } });
    this.url = url;
    this.balancer = balancer;
  }
}

const HOSTS: Readonly<Record<MiddlewareHostName, (scope: Construct, hosting: Hosting) => Hosted>> = {
  'ecs-express': expressHost,
  fargate: fargateHost,
  'app-runner': appRunnerHost,
};
