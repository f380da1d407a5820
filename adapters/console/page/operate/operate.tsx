import { Page } from '../ui/page.tsx';

export const Operate = ({ what }: { readonly what: string | null }) => <Page title="Operate" lead={what} />;
