/**
 * The worker processes of one run, each behind a proxy of its own, and the faults that may befall them.
 *
 * Keeps what they acknowledged; two answers for one key are a violation at once.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LedgerUnderTest } from './fault-ledger.ts';
import { FaultProxy } from './fault-proxy.ts';
import type { WorkerOrders } from './fault-worker.ts';

const WORKER = new URL('./fault-worker.ts', import.meta.url).pathname;
/** Shared keys that a restarted worker sends again. */
const SHARED_AGAIN = 50;

export class Acknowledged {
  readonly answers = new Map<string, string>();
  readonly violations: string[] = [];
  count = 0;

  line(line: string): void {
    if (line.startsWith('!')) {
      this.violations.push(line);
      return;
    }
    const [key, body] = line.split('\t') as [string, string];
    const earlier = this.answers.get(key);
    if (earlier !== undefined && earlier !== body)
      this.violations.push(`${key} was answered ${earlier} and then ${body}`);
    this.answers.set(key, body);
    this.count++;
  }

  /** The first number behind all acknowledged keys of this name. */
  next(name: string): number {
    let next = 0;
    for (const key of this.answers.keys()) {
      if (key.startsWith(`${name}-`)) next = Math.max(next, Number(key.slice(name.length + 1)) + 1);
    }
    return next;
  }
}

export class FaultWorker {
  readonly proxy: FaultProxy;
  readonly #name: string;
  readonly #ledger: LedgerUnderTest;
  readonly #customers: number;
  readonly #acknowledged: Acknowledged;
  #seed: number;
  #child: ChildProcess;
  #ended: Promise<string>;

  private constructor(
    proxy: FaultProxy,
    name: string,
    seed: number,
    ledger: LedgerUnderTest,
    customers: number,
    acknowledged: Acknowledged,
  ) {
    this.proxy = proxy;
    this.#name = name;
    this.#seed = seed;
    this.#ledger = ledger;
    this.#customers = customers;
    this.#acknowledged = acknowledged;
    [this.#child, this.#ended] = this.#spawn();
  }

  static async start(
    name: string,
    seed: number,
    ledger: LedgerUnderTest,
    customers: number,
    acknowledged: Acknowledged,
  ): Promise<FaultWorker> {
    const proxy = await FaultProxy.to(ledger.serve);
    return new FaultWorker(proxy, name, seed, ledger, customers, acknowledged);
  }

  #spawn(): [ChildProcess, Promise<string>] {
    const { ledgerId, linkKey } = this.#ledger;
    const orders: WorkerOrders = {
      serve: this.proxy.options,
      ledgerId,
      secret: linkKey.secret.toString('hex'),
      installation: linkKey.installation,
      name: this.#name,
      seed: this.#seed++,
      customers: this.#customers,
      clients: 24,
      own: this.#acknowledged.next(this.#name),
      shared: Math.max(0, this.#acknowledged.next('shared') - SHARED_AGAIN),
    };
    const child = spawn(process.execPath, [WORKER, JSON.stringify(orders)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let complaint = '';
    child.stderr.on('data', (chunk) => {
      complaint += String(chunk);
    });
    child.stdin.on('error', () => {});
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => this.#acknowledged.line(line));
    const ended = new Promise<string>((done) => {
      child.once('close', (code, signal) => done(`${signal ?? code} ${complaint}`));
    });
    return [child, ended];
  }

  /** kill -9, and a new process in its place. */
  async restart(): Promise<void> {
    this.#child.kill('SIGKILL');
    this.#child.kill('SIGCONT');
    await this.#ended;
    [this.#child, this.#ended] = this.#spawn();
  }

  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Lets it answer what it has begun. Ensures: ended; a process that did not end well is a violation. */
  async finish(limitMs: number): Promise<void> {
    this.resume();
    this.#child.stdin?.write('finish\n');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), limitMs);
    const how = (await this.#ended).trim();
    clearTimeout(timer);
    if (how !== '0') this.#acknowledged.violations.push(`worker ${this.#name} ended with ${how}`);
    await this.proxy.close();
  }
}
