/**
 * What keeps the data directory from being used, as one sentence: a raw system error says neither which setting is
 * meant nor what to do. Undefined: something else, which is left as it is.
 */
export function explainDirectory(directory: string, code: string | undefined): string | undefined {
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return `The data directory ${directory} is no directory, or stands below a file: name another in BAHI_DATA_DIR`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `The data directory ${directory} cannot be written by this account: give it to the account, or name another in BAHI_DATA_DIR`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `There is no room left for the data directory ${directory}: make room and start again, nothing half is left`;
    default:
      return undefined;
  }
}
