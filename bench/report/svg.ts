/**
 * Plots as SVG, written by hand: bars for workloads, lines for curves. Text and axes are of a middle grey that reads on
 * light and on dark; nothing is drawn behind them.
 */
import { figure } from './numbers.ts';

const GREY = '#808890';
const COLOURS = ['#2f81d6', '#d9822b', '#2da672', '#c2568c'];
const FONT = 'font-family="system-ui, sans-serif" font-size="12"';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const svg = (width: number, height: number, title: string, body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ${FONT} fill="${GREY}">
<title>${escaped(title)}</title>
<text x="8" y="20" font-size="14" font-weight="600">${escaped(title)}</text>
${body}
</svg>
`;

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly greatest: number;
  /** Bars of one group share a colour. */
  readonly group: string;
}

/** Horizontal bars with their medians; the whisker is the spread of the rounds. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const [labelWidth, plotWidth, row, top] = [250, 400, 24, 36];
  const most = Math.max(...bars.map(({ greatest }) => greatest), 1);
  const x = (value: number): number => labelWidth + (value / most) * plotWidth;
  const groups = [...new Set(bars.map(({ group }) => group))];
  const rows = bars.map(({ label, value, least, greatest, group }, i) => {
    const y = top + i * row;
    const colour = COLOURS[groups.indexOf(group) % COLOURS.length];
    const middle = y + row / 2 - 2;
    return `<text x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>
<rect x="${labelWidth}" y="${y}" width="${(x(value) - labelWidth).toFixed(1)}" height="${row - 6}" rx="2" fill="${colour}"/>
<path d="M${x(least).toFixed(1)} ${middle - 1}H${x(greatest).toFixed(1)}" stroke="${GREY}" stroke-width="2"/>
<text x="${(x(greatest) + 8).toFixed(1)}" y="${middle + 4}">${figure(value)}</text>`;
  });
  return svg(labelWidth + plotWidth + 90, top + bars.length * row + 8, title, rows.join('\n'));
}

export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Lines from zero on the y axis; x is logarithmic. */
export function lineChart(title: string, xLabel: string, lines: readonly Line[]): string {
  const [width, height, left, right, top, bottom] = [640, 320, 64, 24, 40, 48];
  const all = lines.flatMap(({ points }) => points);
  const xs = all.map(([x]) => Math.log10(x));
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  const most = niceAbove(Math.max(...all.map(([, y]) => y), 1));
  const px = (x: number): number =>
    left + (to === from ? 0.5 : (Math.log10(x) - from) / (to - from)) * (width - left - right);
  const py = (y: number): number => height - bottom - (y / most) * (height - top - bottom);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = py(share * most).toFixed(1);
    return `<path d="M${left} ${y}H${width - right}" stroke="${GREY}" stroke-opacity="0.25"/><text x="${left - 6}" y="${Number(y) + 4}" text-anchor="end">${figure(share * most)}</text>`;
  });
  const ticks = [...new Set(all.map(([x]) => x))].map(
    (x) =>
      `<text x="${px(x).toFixed(1)}" y="${height - bottom + 18}" text-anchor="middle">${short(x)}</text>`,
  );
  const drawn = lines.map(({ label, points }, i) => {
    const colour = COLOURS[i % COLOURS.length];
    const path = points.map(([x, y]) => `${px(x).toFixed(1)},${py(y).toFixed(1)}`);
    const dots = path.map(
      (at) => `<circle cx="${at.split(',')[0]}" cy="${at.split(',')[1]}" r="3" fill="${colour}"/>`,
    );
    const legend = `<text x="${width - right}" y="${20 + i * 16}" text-anchor="end" fill="${colour}">${escaped(label)}</text>`;
    return `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${lines.length > 1 ? legend : ''}`;
  });
  const axis = `<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">${escaped(xLabel)}</text>`;
  return svg(width, height, title, [...grid, ...ticks, ...drawn, axis].join('\n'));
}

const short = (x: number): string =>
  x >= 1e6 ? `${+(x / 1e6).toFixed(2)}M` : x >= 1e3 ? `${+(x / 1e3).toFixed(1)}k` : `${x}`;

/** 1, 2, 2.5 or 5 times a power of ten, not below the value. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}
