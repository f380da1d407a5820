/** The views of the console and their addresses: read by the server, which answers each with the page, and by the page's own router. */
export const views = {
  flow: '/',
  members: '/members',
  member: '/members/:id',
  live: '/live',
  operate: '/operate',
  operation: '/operate/:what',
} as const;
