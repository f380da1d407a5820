import { Link } from 'wouter';
import { Page } from './ui/page.tsx';

export const NotFound = () => (
  <Page title="There is no such view">
    <p>
      <Link href="/">The flow</Link> is a good place to begin.
    </p>
  </Page>
);
