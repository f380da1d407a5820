import { views } from '../../views.ts';

/** Where all of one member is seen. */
export const memberPath = (memberId: string): string => views.member.replace(':id', encodeURIComponent(memberId));
