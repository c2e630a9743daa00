/** What a verb says where the policy of the ledger asks for a second person. */

/** The sentence for an answer that is a proposal; undefined: it is none. */
export function waitingSentence(body: Readonly<Record<string, unknown>>): string | undefined {
  if (body['status'] !== 'proposed') return undefined;
  return `Nothing is done yet: a second person has to approve proposal ${body['id']} before ${body['expires_at']}\nhash ${body['hash']}\n`;
}
