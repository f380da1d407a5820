import { Route, Switch } from 'wouter';
import { views } from '../views.ts';
import { Flow } from './flow/flow.tsx';
import { Frame } from './frame.tsx';
import { Live } from './live/live.tsx';
import { Member } from './member/member.tsx';
import { Members } from './members/members.tsx';
import { NotFound } from './notFound.tsx';
import { Operate } from './operate/operate.tsx';

export const App = () => (
  <Frame>
    <Switch>
      <Route path={views.flow} component={Flow} />
      <Route path={views.members} component={Members} />
      <Route path={views.member}>{({ id }) => <Member key={id} memberId={id} />}</Route>
      <Route path={views.live} component={Live} />
      <Route path={views.operate}>
        <Operate what={null} />
      </Route>
      <Route path={views.operation}>{({ what }) => <Operate what={what} />}</Route>
      <Route component={NotFound} />
    </Switch>
  </Frame>
);
