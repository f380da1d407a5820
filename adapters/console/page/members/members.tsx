import { Page } from '../ui/page.tsx';

export const Members = () => <Page title="Members" />;
