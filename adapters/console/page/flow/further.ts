import type { Box } from '../../../flow/graph.ts';
import { views } from '../../views.ts';

export type Further = { readonly label: string; readonly href: string };

/** Where more is known of what is behind a box, and done about it. */
export const furtherOf = ({ parts }: Pick<Box, 'parts'>): readonly Further[] => {
  const has = (some: (id: string) => boolean): boolean => parts.some(({ id }) => some(id));
  return [
    ...(has((id) => id === 'buckets/landing') ? [{ label: 'Files, and putting some in', href: '/operate/files' }] : []),
    ...(has((id) => id === 'functions/ingest' || id === 'buckets/landing')
      ? [{ label: 'What was not understood', href: '/operate/quarantine' }]
      : []),
    ...(has((id) => id === 'functions/projector')
      ? [{ label: 'Members whose projections failed', href: '/operate/parked' }]
      : []),
    ...(has((id) => id === 'tables/views') ? [{ label: 'Whose passes they are', href: views.members }] : []),
    ...(has((id) => id === 'buses/domain')
      ? [{ label: 'Follow what it carries', href: `${views.live}?bus=domain` }]
      : []),
    ...(has((id) => id === 'buses/wallet') ? [{ label: 'Follow what it carries', href: views.live }] : []),
    ...(has((id) => id.startsWith('destinations/') || id === 'middleware/middleware')
      ? [{ label: 'Deliveries, and sending them again', href: views.live }]
      : []),
    ...(has((id) => id.startsWith('pipes/')) ? [{ label: 'Pause and resume', href: '/operate/pipes' }] : []),
    ...(has((id) => id.startsWith('nightly/')) ? [{ label: 'Jobs', href: '/operate/rebuild' }] : []),
  ];
};
