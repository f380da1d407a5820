import { Page } from '../ui/page.tsx';

export const Flow = () => <Page title="Flow" />;
