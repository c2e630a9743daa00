/** The answer to a stream of lines: chunked (RFC 9112 §7.1), one result on each line. */

const CRLF = '\r\n';
/** The line's own status stands before that of the transfer in it. */
const STATUS = /"status":"(\w+)"/;

export interface LineCounts {
  readonly posted: number;
  readonly refused: number;
  /** Lines that say anything else. */
  readonly failed: number;
}

/** True when the bytes end with the last chunk. */
export const isWhole = (bytes: Buffer): boolean => bytes.subarray(-5).equals(Buffer.from('0\r\n\r\n'));

export function countLines(chunked: Buffer): LineCounts {
  const lines = unchunked(chunked).split('\n');
  const statuses = lines.filter((line) => line !== '').map((line) => STATUS.exec(line)?.[1]);
  const posted = statuses.filter((status) => status === 'posted').length;
  const refused = statuses.filter((status) => status === 'refused').length;
  return { posted, refused, failed: statuses.length - posted - refused };
}

function unchunked(bytes: Buffer): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const sizeEnd = bytes.indexOf(CRLF, at);
    const size = Number.parseInt(bytes.toString('latin1', at, sizeEnd), 16);
    if (!(size > 0)) break;
    const start = sizeEnd + CRLF.length;
    parts.push(bytes.toString('latin1', start, start + size));
    at = start + size + CRLF.length;
  }
  return parts.join('');
}
