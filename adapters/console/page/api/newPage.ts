import { useQuery } from '@tanstack/react-query';

/** Whether the service has another page by now than the one that runs here: it was restarted with other sources. started: of the service; null: not known yet. */
export const useNewPage = (started: string | null): boolean => {
  const { data } = useQuery({
    queryKey: ['page', started],
    enabled: started !== null,
    queryFn: async ({ signal }) => {
      const response = await fetch('/', { headers: { accept: 'text/html' }, signal });
      return response.ok ? filesIn(await response.text()) : OWN;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: true,
  });
  return data !== undefined && data.join() !== OWN.join();
};

/** Script and style: their names hold a hash of what is in them. */
const filesIn = (html: string): readonly string[] =>
  [...html.matchAll(/\/console\/(main-[^"]+)/g)].map(([, name = '']) => name);

const OWN = filesIn(document.head.innerHTML);
