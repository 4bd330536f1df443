/** Random bodies of a schema in one version. A field that the version lacks has its default. */
import fc from 'fast-check';
import { type ErrorName, errorCodes } from '../errors.js';
import type { Field, Struct } from '../schema/field.js';
import { readUuid } from '../schema/uuid.js';
import { isIn } from '../schema/versions.js';

const errorNames = Object.keys(errorCodes) as ErrorName[];
const bytes = (): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: 24 });
const int = (min: number, max: number): fc.Arbitrary<unknown> => fc.integer({ min, max });

const primitives: Readonly<Record<string, () => fc.Arbitrary<unknown>>> = {
  bool: () => fc.boolean(),
  int8: () => int(-0x80, 0x7f),
  int16: () => int(-0x8000, 0x7fff),
  uint16: () => int(0, 0xffff),
  int32: () => int(-0x8000_0000, 0x7fff_ffff),
  uint32: () => int(0, 0xffff_ffff),
  int64: () => fc.maxSafeInteger(),
  float64: () => fc.double({ noNaN: true }),
  string: () => fc.string({ unit: 'binary', maxLength: 12 }),
  uuid: () => fc.uint8Array({ minLength: 16, maxLength: 16 }).map((each) => readUuid(each, 0)),
  bytes,
  records: bytes,
};

export function arbitraryStruct(fields: Struct, version: number): fc.Arbitrary<object> {
  return fc.record(
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        isIn(field.versions, version) ? arbitraryValue(field, version) : fc.constant(field.defaultValue),
      ]),
    ),
    { noNullPrototype: true },
  );
}

function arbitraryValue(field: Field, version: number): fc.Arbitrary<unknown> {
  const values = someValue(field, version);
  const often = fc.oneof(
    { weight: 3, arbitrary: values },
    { weight: 1, arbitrary: fc.constant(field.defaultValue) },
  );
  const isNullable = isIn(field.nullableVersions, version);
  if (field.defaultValue === null && !isNullable) return values;
  return isNullable ? fc.option(often, { freq: 4 }) : often;
}

function someValue(field: Field, version: number): fc.Arbitrary<unknown> {
  if (field.representation === 'error-name') return fc.constantFrom(...errorNames);
  if (field.representation === 'bigint') return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  if (field.fields !== null) return arbitraryStruct(field.fields, version);
  if (field.element !== null) return fc.array(arbitraryValue(field.element, version), { maxLength: 3 });
  return primitives[field.type]!();
}
