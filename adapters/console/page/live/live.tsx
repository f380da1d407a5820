import { Page } from '../ui/page.tsx';

export const Live = () => <Page title="Live" />;
