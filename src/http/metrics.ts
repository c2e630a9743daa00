/**
 * Counters in the text format of Prometheus (version 0.0.4): a handful, so they are written by hand.
 * Labels are route templates and statuses, never addresses or ids: their number is bounded.
 */
import { isTransferType } from '../audit/event.ts';
import { type Answer, ITEM_STATUSES, type ItemCounts, noItems } from '../engine/render.ts';
import type { Engine } from '../engine/use-case.ts';
import type { BulkRoom } from './bulk-room.ts';

export class Metrics {
  readonly #room: BulkRoom;
  readonly #items = noItems();
  readonly #requests = new Map<string, number>();
  readonly #denials = new Map<string, number>();
  #inFlight = 0;
  #posted = 0;
  #replayed = 0;

  constructor(room: BulkRoom) {
    this.#room = room;
  }

  begin(): void {
    this.#inFlight++;
  }

  /** `route` is a template such as /v1/transfers/{id}. */
  end(method: string, route: string, status: number): void {
    this.#inFlight--;
    const labels = `method="${method}",route="${route}",status="${status}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
  }

  /** `code` is a failure's. */
  denied(code: string): void {
    this.#denials.set(code, (this.#denials.get(code) ?? 0) + 1);
  }

  answered(useCase: string, answer: Answer): void {
    const { status, replayed, items, text } = answer;
    if (items) this.items(items);
    else if (replayed) this.#replayed++;
    else if (
      status === 201 &&
      (text !== undefined || (isTransferType(useCase) && answer.body['status'] === 'posted'))
    )
      this.#posted++;
  }

  /** Of a batch or a stream. */
  items(items: Readonly<ItemCounts>): void {
    for (const status of ITEM_STATUSES) this.#items[status] += items[status];
    this.#replayed += items.replayed;
  }

  render(engine: Engine): string {
    const requests = [...this.#requests].map(
      ([labels, count]) => `bahi_http_requests_total{${labels}} ${count}`,
    );
    return [
      '# HELP bahi_http_requests_total Requests answered.',
      '# TYPE bahi_http_requests_total counter',
      ...requests,
      '# HELP bahi_http_denials_total Requests without a valid key, or that their key may not make.',
      '# TYPE bahi_http_denials_total counter',
      ...[...this.#denials].map(([code, count]) => `bahi_http_denials_total{code="${code}"} ${count}`),
      '# HELP bahi_http_requests_in_flight Requests that wait for their answer.',
      '# TYPE bahi_http_requests_in_flight gauge',
      `bahi_http_requests_in_flight ${this.#inFlight}`,
      '# HELP bahi_http_transfers_posted_total Transfers answered as posted by this process, one a request.',
      '# TYPE bahi_http_transfers_posted_total counter',
      `bahi_http_transfers_posted_total ${this.#posted}`,
      '# HELP bahi_http_bulk_items_total Items of batches and streams answered by this process, replays included.',
      '# TYPE bahi_http_bulk_items_total counter',
      ...ITEM_STATUSES.map(
        (status) => `bahi_http_bulk_items_total{status="${status}"} ${this.#items[status]}`,
      ),
      '# HELP bahi_http_streams Streams that are open.',
      '# TYPE bahi_http_streams gauge',
      `bahi_http_streams ${this.#room.streams}`,
      '# HELP bahi_http_stream_weight Legs of the lines of streams that are taken and not answered; a long line counts as several.',
      '# TYPE bahi_http_stream_weight gauge',
      `bahi_http_stream_weight ${this.#room.onTheirWay}`,
      '# HELP bahi_http_replays_total Stored answers given again, each item of batches and streams for itself.',
      '# TYPE bahi_http_replays_total counter',
      `bahi_http_replays_total ${this.#replayed}`,
      '# HELP bahi_ledgers_halted Ledgers whose posting is halted in this process.',
      '# TYPE bahi_ledgers_halted gauge',
      `bahi_ledgers_halted ${engine.posters.halted.length}`,
      '',
    ].join('\n');
  }
}
