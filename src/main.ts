/** `npm start`: the server, configured by the environment alone. Exit 2 for a bad value, 1 when it cannot start. */
import { loadConfig } from './config.ts';
import { serveCommand } from './serve.ts';

const config = loadConfig();
if (config.ok) {
  try {
    await serveCommand(config.value);
  } catch (error) {
    process.stderr.write(`bahi: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
} else {
  process.stderr.write(`bahi: ${config.error}\n`);
  process.exitCode = 2;
}
