/** Clients that guess passwords: each asks again as soon as it is answered, from an address of its own, at names that nobody has. */
import { Agent, request } from 'node:http';

export interface Guesses {
  /** Answers by status. */
  readonly byStatus: Readonly<Record<string, number>>;
}

/** The returned function ends them and tells what they heard. Requires a server that takes loopback for its proxy. */
export function startGuessing(url: string, guessers: number): () => Promise<Guesses> {
  const agent = new Agent({ keepAlive: true });
  const byStatus: Record<string, number> = {};
  let running = true;
  const guess = (address: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': address };
      const asked = request(`${url}/v1/operator/sessions`, { method: 'POST', agent, headers }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
      });
      asked.once('error', reject);
      asked.end('{"name":"nobody","password":"correct horse battery staple","code":"000000"}');
    });
  const all = Array.from({ length: guessers }, async (_, i) => {
    while (running) {
      const status = await guess(`10.0.${i >> 8}.${i & 255}`);
      byStatus[status] = (byStatus[status] ?? 0) + 1;
    }
  });
  return async () => {
    running = false;
    await Promise.all(all);
    agent.destroy();
    return { byStatus };
  };
}
