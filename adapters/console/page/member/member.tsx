import { Page } from '../ui/page.tsx';

export const Member = ({ memberId }: { readonly memberId: string }) => <Page title={memberId} />;
