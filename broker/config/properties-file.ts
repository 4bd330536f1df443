/**
 * The format of `.properties` files (java.util.Properties#load): comments begin with `#` or `!`; a key ends at the first
 * `=`, `:` or white space that is not escaped; a backslash at the end of a line continues the line; `\t`, `\n`, `\r`,
 * `\f` and `\uXXXX` are escapes, and a backslash before any other character stands for that character.
 */

/** One property, with the line of the file on which it begins. */
export interface Property {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** The problem with a file, and the line. */
export class PropertiesFileError extends Error {
  override readonly name = 'PropertiesFileError';
  readonly line: number;

  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
    this.line = line;
  }
}

/**
 * In the order of the file. A key may occur more than once; in Java the last one has effect.
 *
 * @throws PropertiesFileError for a malformed `\u` escape, the only thing that Java refuses.
 */
export function parseProperties(text: string): Property[] {
  const properties: Property[] = [];
  // Some editors on Windows begin a file with a byte order mark.
  const lines = text.replace(/^\u{FEFF}/u, '').split(/\r\n|\r|\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    let logical = trimStart(lines[index]!);
    if (logical === '' || logical.startsWith('#') || logical.startsWith('!')) continue;
    while (continues(logical)) {
      index++;
      logical = logical.slice(0, -1) + trimStart(lines[index] ?? '');
    }
    const { key, value } = splitLine(logical);
    properties.push({ key: unescaped(key, line), value: unescaped(value, line), line });
  }
  return properties;
}

/** White space of the format: space, tab, form feed. */
function trimStart(line: string): string {
  return line.replace(/^[ \t\f]+/, '');
}

/** An odd number of backslashes at the end: the last one is not escaped. */
function continues(line: string): boolean {
  const slashes = /\\+$/.exec(line)?.[0].length ?? 0;
  return slashes % 2 === 1;
}

function splitLine(line: string): { readonly key: string; readonly value: string } {
  const key = /^(?:\\.?|[^\\=: \t\f])*/s.exec(line)![0];
  const value = line.slice(key.length).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '');
  return { key, value };
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescaped(text: string, line: number): string {
  return text.replace(
    /\\(?:u(.{0,4})|(.)|$)/gs,
    (_whole, hex: string | undefined, other: string | undefined) => {
      if (hex !== undefined) {
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw new PropertiesFileError(line, `"\\u${hex}" is not \\uXXXX`);
        return String.fromCharCode(Number.parseInt(hex, 16));
      }
      return other === undefined ? '' : (ESCAPES[other] ?? other);
    },
  );
}
