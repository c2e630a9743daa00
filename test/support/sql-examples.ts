/**
 * Runs the statements of a file of sql/examples one after the other and writes down what comes back, as psql does.
 */
import type { ReservedSql } from 'postgres';

/** What the statements of a file answer; an error is an answer. */
export async function runExample(sql: ReservedSql, text: string): Promise<string> {
  const answers: string[] = [];
  for (const statement of text.split(/;\s*(?:\n|$)/).filter((part) => withoutComments(part) !== '')) {
    answers.push(await answerOf(sql, statement));
  }
  return `${answers.join('\n\n')}\n`;
}

const withoutComments = (text: string): string => text.replace(/^--.*$/gm, '').trim();

async function answerOf(sql: ReservedSql, statement: string): Promise<string> {
  try {
    const rows = await sql.unsafe<Record<string, unknown>[]>(statement);
    const names = rows.columns.map(({ name }) => name);
    return table(
      names,
      rows.map((row) => names.map((name) => String(row[name] ?? ''))),
    );
  } catch (cause) {
    return `ERROR: ${(cause as Error).message}`;
  }
}

function table(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = names.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => ` ${cell.padEnd(widths[i] ?? 0)} `)
      .join('|')
      .trimEnd();
  return [
    line(names),
    widths.map((width) => '-'.repeat(width + 2)).join('+'),
    ...rows.map(line),
    `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`,
  ].join('\n');
}
