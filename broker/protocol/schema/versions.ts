/** A range of API versions as Kafka's schemas write it: `3+`, `0-12`, `4`, `none`. */
export interface VersionRange {
  readonly lowest: number;
  /** The highest version of the range; `Infinity`: open. Below `lowest`: no version at all. */
  readonly highest: number;
}

export const NO_VERSIONS: VersionRange = { lowest: 0, highest: -1 };

export function parseVersions(text: string): VersionRange {
  if (text === 'none') return NO_VERSIONS;
  const match = /^(\d+)(\+|-(\d+))?$/.exec(text);
  if (match === null) throw new Error(`not a range of versions: ${text}`);
  const lowest = Number(match[1]);
  if (match[2] === '+') return { lowest, highest: Number.POSITIVE_INFINITY };
  return { lowest, highest: match[3] === undefined ? lowest : Number(match[3]) };
}

export function isIn(range: VersionRange, version: number): boolean {
  return version >= range.lowest && version <= range.highest;
}
