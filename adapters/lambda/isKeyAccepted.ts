const TIMEOUT_MS = 10_000;

/** Whether the middleware knows a key: it is sent no events at all with it. Throws where it answers neither yes nor no. */
export const isKeyAccepted =
  (eventsUrl: string) =>
  async (key: string): Promise<boolean> => {
    const answer = await fetch(eventsUrl, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '[]',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    if (answer.status === 401) return false;
    if (answer.ok) return true;
    throw new Error(`the middleware answers ${answer.status} to a request without events`);
  };
