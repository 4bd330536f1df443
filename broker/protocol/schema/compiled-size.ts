/**
 * The size of a struct as a function compiled from the schema: each field is read under its own name, so that the engine knows
 * the place of the field. A loop over field names costs several times as much, and every frame of a simulation is sized.
 *
 * A browser page may forbid code from text (content security policy). Null then: the caller walks the fields. Both give the same
 * sizes; `round-trip.test.ts` compares them.
 */
import type { AnyCodec } from './wire-codec.js';
import { sizeOfUnsignedVarint } from './writer.js';

export interface SizedField {
  readonly name: string;
  readonly codec: AnyCodec;
  readonly defaultValue: never;
}

export interface SizedTag extends SizedField {
  readonly tag: number;
  readonly isDefault: (value: unknown) => boolean;
}

export interface SizedStruct {
  /** Bytes of all fields of a fixed size. */
  readonly lastingSize: number;
  readonly variable: readonly SizedField[];
  /** Null in versions without tagged fields. */
  readonly tags: readonly SizedTag[] | null;
}

export type SizeFunction = (values: { readonly [name: string]: never }) => number;

const mayCompile = probe();

export function compiledSize({ lastingSize, variable, tags }: SizedStruct): SizeFunction | null {
  if (!mayCompile) return null;
  const lines = [`let total = ${lastingSize};`];
  const named: Record<string, unknown> = { sizeOfUnsignedVarint };
  for (const [index, { name, codec, defaultValue }] of variable.entries()) {
    named[`codec${index}`] = codec;
    named[`default${index}`] = defaultValue;
    lines.push(`const value${index} = values[${JSON.stringify(name)}];`);
    lines.push(`total += codec${index}.size(value${index} === undefined ? default${index} : value${index});`);
  }
  if (tags !== null) {
    lines.push('let count = 0;');
    for (const [index, { name, codec, defaultValue, tag, isDefault }] of tags.entries()) {
      named[`tagCodec${index}`] = codec;
      named[`tagDefault${index}`] = defaultValue;
      named[`isDefault${index}`] = isDefault;
      lines.push(
        `const tagged${index} = values[${JSON.stringify(name)}];`,
        `if (tagged${index} !== tagDefault${index} && !isDefault${index}(tagged${index})) {`,
        `  const bytes = tagCodec${index}.size(tagged${index});`,
        '  count += 1;',
        `  total += ${sizeOfUnsignedVarint(tag)} + sizeOfUnsignedVarint(bytes) + bytes;`,
        '}',
      );
    }
    lines.push('total += sizeOfUnsignedVarint(count);');
  }
  const source = `return (values) => {\n${[...lines, 'return total;'].join('\n')}\n};`;
  return new Function(...Object.keys(named), source)(...Object.values(named)) as SizeFunction;
}

function probe(): boolean {
  try {
    return new Function('return true')() === true;
  } catch {
    return false;
  }
}
