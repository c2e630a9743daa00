/**
 * When a failure about operators is answered, so that the time does not tell what failed (OWASP ASVS 5.0.0 V6.3.8): at a step
 * of a grid of 250 ms from the beginning of the request. Only a name that is known and may sign in goes through the fold, which
 * takes longer. So the step is chosen by the moment at which the work that all share was done, with room for that after it:
 * a step chosen by the end would come later for known names wherever the two ends lie on both sides of one, and whoever
 * shifts the beginning (behind others in the line for a hash) could find that place.
 */
import { FailureError } from '../../kernel/failure.ts';
import type { Engine } from '../use-case.ts';
import { hashingOverloaded } from './desk.ts';

const GRID_MS = 250;
/** What the fold and a commit take, with the database under load. */
const ROOM_MS = 100;
/** Before somebody for whom there is no room in the line hears so: who asks again at once takes the server's time. */
const OVERLOADED_MS = 1000;

/** Milliseconds from the beginning to the answer: of what all share `sharedMs`, of everything `tookMs`. */
export const answerAfter = (sharedMs: number, tookMs: number): number =>
  Math.ceil(Math.max(sharedMs + ROOM_MS, tookMs) / GRID_MS) * GRID_MS;

/** Turns away, late, who could not have a password hashed: before anything is read or asked, so that it costs next to nothing. */
export async function refuseWhileBusy({ operators: { machine } }: Pick<Engine, 'operators'>): Promise<void> {
  if (!machine.isBusy()) return;
  await machine.wait(OVERLOADED_MS);
  throw hashingOverloaded();
}

/** `shared` is to be called when the work is done that everybody takes, known or not; never, where that is none. */
export async function atEvenTimes<T>(
  { clock, operators: { machine } }: Pick<Engine, 'clock' | 'operators'>,
  work: (shared: () => void) => Promise<T>,
): Promise<T> {
  const startedMs = clock.monotonicMs();
  const elapsed = (): number => clock.monotonicMs() - startedMs;
  let sharedMs = 0;
  try {
    return await work(() => {
      sharedMs = elapsed();
    });
  } catch (error) {
    const code = error instanceof FailureError ? error.code : undefined;
    if (code === 'sign_in_failed' || code === 'invitation_invalid') {
      const tookMs = elapsed();
      await machine.wait(answerAfter(sharedMs, tookMs) - tookMs);
    }
    if (code === 'overloaded') await machine.wait(OVERLOADED_MS);
    throw error;
  }
}
