/**
 * The codec of a struct as functions compiled from the schema. Each field is read and written under its own name, so that the
 * engine knows its place. Fields of a fixed size that follow one another are compared with the remaining bytes once. The closures
 * of `struct-codec.ts` cost several times as much, and every frame of a simulation is sized.
 *
 * A browser page may forbid code from text (content security policy). Null then: the caller uses the closures. Both give the
 * same bytes and values, and refuse the same ones; `round-trip.test.ts` compares them.
 */
import { fixedCode, fixedLibrary } from './fixed-code.js';
import type { Reader } from './reader.js';
import { type BoundField, type StructPlan, structCodec } from './struct-codec.js';
import type { AnyCodec } from './wire-codec.js';
import { sizeOfUnsignedVarint } from './writer.js';

const mayCompile = probe();

/** `name` is the name of the code in a profile. */
export function compiledCodec(plan: StructPlan, name: string): AnyCodec | null {
  return mayCompile ? new Program().codec(plan, name) : null;
}

function probe(): boolean {
  try {
    return new Function('return true')() === true;
  } catch {
    return false;
  }
}

/** What the code calls by name, beside `fixedLibrary`. */
const library = { ...fixedLibrary, sizeOfUnsignedVarint, refuseAbsent, tagEnd, endTag };

function refuseAbsent(name: string, version: number): never {
  throw new Error(`version ${version} has no field ${name}, and its value is not the default`);
}

/** Reads the length of a tagged field and returns the position of its end. */
function tagEnd(reader: Reader): number {
  const length = reader.unsignedVarint();
  if (length > reader.remaining) reader.fail(`a tagged field of ${length} bytes`);
  return reader.position + length;
}

function endTag(reader: Reader, tag: number, end: number): void {
  if (reader.position !== end) reader.fail(`tagged field ${tag} is not as long as it says`);
}

/** Fields of a fixed size that follow one another, or one field of another kind. */
interface Run {
  readonly fields: BoundField[];
  /** 0 if the field is not of a fixed size. */
  bytes: number;
}

function runsOf(fields: readonly BoundField[]): readonly Run[] {
  const runs: Run[] = [];
  for (const field of fields) {
    const bytes = field.form.kind === 'fixed' ? field.codec.fixedSize : 0;
    const last = runs.at(-1);
    if (bytes > 0 && last !== undefined && last.bytes > 0) {
      last.fields.push(field);
      last.bytes += bytes;
    } else runs.push({ fields: [field], bytes });
  }
  return runs;
}

/**
 * The functions of a struct and of the structs inside it, as text, and the values to which the text gives names. In the code, `v`
 * is the struct, `x` a value of a field, `w` the writer, `r` the reader, `b` the bytes of either, `p` the position, `n` a size.
 */
class Program {
  readonly #values = new Map<string, unknown>(Object.entries(library));
  readonly #functions: string[] = [];
  readonly #structs = new Map<StructPlan, number>();

  codec(plan: StructPlan, name: string): AnyCodec {
    const root = this.#struct(plan);
    const source = [
      "'use strict';",
      ...this.#functions,
      `return { size: size${root}, write: write${root}, read: read${root} };`,
      `//# sourceURL=${name}`,
    ].join('\n');
    const compiled = new Function(...this.#values.keys(), source)(...this.#values.values());
    return { ...structCodec(plan), ...compiled };
  }

  /** The number of the struct's functions. */
  #struct(plan: StructPlan): number {
    const known = this.#structs.get(plan);
    if (known !== undefined) return known;
    const number = this.#structs.size;
    this.#structs.set(plan, number);
    this.#functions.push(
      `function size${number}(v) {\n${this.#sizeLines(plan).join('\n')}\n}`,
      `function write${number}(w, v) {\n${this.#writeLines(plan).join('\n')}\n}`,
      `function read${number}(r) {\n${this.#readLines(plan).join('\n')}\n}`,
    );
    return number;
  }

  /** The name of `value` in the code. */
  #named(value: unknown): string {
    const name = `k${this.#values.size}`;
    this.#values.set(name, value);
    return name;
  }

  /** A block with the value of a field. An absent value is the default. */
  #withValue({ name, defaultValue }: BoundField, statements: string): string {
    const absent = `if (x === undefined) x = ${this.#named(defaultValue)};`;
    return `{ let x = v.${name}; ${absent} ${statements} }`;
  }

  /** A block with the value of a tagged field, which runs if the value must be written. */
  #ifTagged({ name, defaultValue, isDefault }: BoundField, statements: string): string {
    const isWritten = `x !== ${this.#named(defaultValue)} && !${this.#named(isDefault)}(x)`;
    return `{ const x = v.${name}; if (${isWritten}) { ${statements} } }`;
  }

  #sizeLines({ lastingSize, regular, tags }: StructPlan): string[] {
    const variable = regular.filter(({ codec }) => codec.fixedSize < 0);
    const fields = variable.map((field) => this.#withValue(field, this.#addSize(field)));
    const lines = [`let n = ${lastingSize};`, ...fields];
    if (tags === null) return [...lines, 'return n;'];
    const tagged = tags.map((field) => {
      const head = `${sizeOfUnsignedVarint(field.tag)} + sizeOfUnsignedVarint(n - before)`;
      return this.#ifTagged(field, `const before = n; ${this.#addSize(field)} n += ${head};`);
    });
    // The number of tagged fields takes one byte.
    return [...lines, ...tagged, 'return n + 1;'];
  }

  #addSize({ codec, form }: BoundField): string {
    switch (form.kind) {
      case 'fixed':
        return `n += ${codec.fixedSize};`;
      case 'struct':
        return `n += size${this.#struct(form.struct)}(x);`;
      case 'structs': {
        const { lengths, element } = form;
        const each = `for (let i = 0; i < x.length; i++) n += size${this.#struct(element)}(x[i]);`;
        const some = `n += ${this.#named(lengths)}.size(x.length); ${each}`;
        return `if (x === null) n += ${lengths.nullSize}; else { ${some} }`;
      }
      case 'other':
        return `n += ${this.#named(codec)}.size(x);`;
      default:
        return form satisfies never;
    }
  }

  #writeLines({ version, regular, tags, absent }: StructPlan): string[] {
    const lines = absent.map(
      ({ name, isDefault }) =>
        `if (!${this.#named(isDefault)}(v.${name})) refuseAbsent('${name}', ${version});`,
    );
    lines.push('const b = w.bytes; let p = w.position;');
    for (const { fields, bytes } of runsOf(regular)) {
      let at = 0;
      for (const field of fields) {
        lines.push(this.#withValue(field, this.#write(field, at)));
        at += field.codec.fixedSize;
      }
      lines.push(bytes > 0 ? `w.position = p += ${bytes};` : 'p = w.position;');
    }
    if (tags === null) return lines;
    lines.push('let count = 0;');
    for (const field of tags) lines.push(this.#ifTagged(field, 'count++;'));
    lines.push('w.unsignedVarint(count);');
    for (const field of tags) {
      const head = `w.unsignedVarint(${field.tag}); w.unsignedVarint(n); p = w.position;`;
      const position = field.form.kind === 'fixed' ? `w.position = p + ${field.codec.fixedSize};` : '';
      const body = `${this.#write(field, 0)} ${position}`;
      lines.push(this.#ifTagged(field, `let n = 0; ${this.#addSize(field)} ${head} ${body}`));
    }
    return lines;
  }

  /** Writes `x`: `at` bytes behind `p` if its size is fixed, else at the writer's position. */
  #write({ codec, form }: BoundField, at: number): string {
    switch (form.kind) {
      case 'fixed':
        return fixedCode[form.type].write(at, 'x');
      case 'struct':
        return `write${this.#struct(form.struct)}(w, x);`;
      case 'structs': {
        const each = `for (let i = 0; i < x.length; i++) write${this.#struct(form.element)}(w, x[i]);`;
        const some = `${this.#named(form.lengths)}.write(w, x.length); ${each}`;
        return `if (x === null) ${this.#named(codec)}.write(w, x); else { ${some} }`;
      }
      case 'other':
        return `${this.#named(codec)}.write(w, x);`;
      default:
        return form satisfies never;
    }
  }

  /** A value for every field of the schema, in its order, so that every object of the struct has one shape. */
  #readLines({ fields, regular, tags }: StructPlan): string[] {
    const regularNames = new Set(regular.map(({ name }) => name));
    const lines = ['const b = r.bytes; let p = r.position;'];
    for (const [name, { defaultValue }] of Object.entries(fields)) {
      if (!regularNames.has(name)) lines.push(`let $${name} = ${this.#named(defaultValue)};`);
    }
    for (const { fields, bytes } of runsOf(regular)) {
      lines.push(...fields.map(({ name }) => `let $${name};`));
      if (bytes > 0) lines.push(...this.#readRun(fields, bytes));
      else lines.push(...fields.map((field) => `${this.#read(field)} p = r.position;`));
    }
    if (tags !== null)
      lines.push(`if (p < r.end && b[p] === 0) r.position = p + 1; else { ${this.#readTags(tags)} }`);
    const properties = Object.keys(fields).map((name) => `${name}: $${name}`);
    return [...lines, `return { ${properties.join(', ')} };`];
  }

  #readRun(fields: readonly BoundField[], bytes: number): string[] {
    const lines = [`if (r.end - p < ${bytes}) r.take(${bytes});`];
    let at = 0;
    for (const { name, codec, form } of fields) {
      if (form.kind === 'fixed') lines.push(`$${name} = ${fixedCode[form.type].read(at)};`);
      at += codec.fixedSize;
    }
    return [...lines, `r.position = p += ${bytes};`];
  }

  #readTags(tags: readonly BoundField[]): string {
    const cases = tags.map((field) => `case ${field.tag}: ${this.#read(field)} break;`);
    return `for (let count = r.unsignedVarint(); count > 0; count--) {
      const tag = r.unsignedVarint(), end = tagEnd(r);
      switch (tag) { ${cases.join('\n')} default: r.position = end; }
      endTag(r, tag, end);
    }`;
  }

  /** Reads one value at the reader's position. */
  #read(field: BoundField): string {
    const { name, codec, form } = field;
    switch (form.kind) {
      case 'fixed':
      case 'other':
        return `$${name} = ${this.#named(codec)}.read(r);`;
      case 'struct':
        return `$${name} = read${this.#struct(form.struct)}(r);`;
      case 'structs': {
        const read = `read${this.#struct(form.element)}(r)`;
        const rest = `for (let i = 1; i < n; i++) $${name}.push(${read});`;
        const some = `$${name} = n === 0 ? [] : [${read}]; ${rest}`;
        return `{ const n = ${this.#named(form.readCount)}(r); if (n < 0) $${name} = null; else { ${some} } }`;
      }
      default:
        return form satisfies never;
    }
  }
}
