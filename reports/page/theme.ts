/** The canvas takes its colours from the page's custom properties, so light, dark and print have one source. */
export interface Theme {
  readonly paper: string;
  readonly raised: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly line: string;
  readonly link: string;
  readonly ok: string;
  readonly fail: string;
  readonly info: string;
  readonly fault: string;
  readonly telling: string;
  readonly wash: string;
  readonly sans: string;
  readonly mono: string;
  /** By host index; hosts beyond the palette take it again from the start. */
  readonly host: (index: number) => string;
}

const hostColours = 6;

export function readTheme(): Theme {
  const properties = getComputedStyle(document.documentElement);
  const read = (name: string): string => properties.getPropertyValue(name).trim();
  const hosts = Array.from({ length: hostColours }, (_, index) => read(`--host-${index}`));
  return {
    paper: read('--paper'),
    raised: read('--raised'),
    ink: read('--ink'),
    ink2: read('--ink-2'),
    ink3: read('--ink-3'),
    line: read('--line'),
    link: read('--link'),
    ok: read('--ok'),
    fail: read('--fail'),
    info: read('--info'),
    fault: read('--fault'),
    telling: read('--telling'),
    wash: read('--wash'),
    sans: read('--sans'),
    mono: read('--mono'),
    host: (index) => hosts[index % hostColours] ?? read('--ink-3'),
  };
}
