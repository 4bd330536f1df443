import { describe, expect, it } from 'vitest';
import { PropertiesFileError, parseProperties } from './properties-file.js';

const pairs = (text: string): string[] => parseProperties(text).map(({ key, value }) => `${key}→${value}`);

describe('a properties file is read as java.util.Properties reads it', () => {
  it.each<[string, string, string[]]>([
    ['= : or white space ends a key', 'a=1\nb:2\nc 3\nd\t=\t4\ne  :  5', ['a→1', 'b→2', 'c→3', 'd→4', 'e→5']],
    [
      'only the first separator counts',
      'a==1\nb=:2\nlisteners=PLAINTEXT://:9092',
      ['a→=1', 'b→:2', 'listeners→PLAINTEXT://:9092'],
    ],
    ['a key may have no value', 'a\nb=\nc:', ['a→', 'b→', 'c→']],
    [
      'comments and blank lines are left out',
      '# a=1\n  ! b=2\n\n \t\nc=3 # not a comment',
      ['c→3 # not a comment'],
    ],
    [
      'a backslash continues a line; the next begins without its white space',
      'a=1,\\\n   2,\\\n\t3\nb=4',
      ['a→1,2,3', 'b→4'],
    ],
    ['an even number of backslashes does not', 'a=1\\\\\nb=2', ['a→1\\', 'b→2']],
    ['a continued line is no comment', 'a=1\\\n#2', ['a→1#2']],
    ['escapes', 'a\\ b\\=c=d\\te\\u0041\\z', ['a b=c→d\teAz']],
    ['white space at the end belongs to the value', 'a=1  ', ['a→1  ']],
    ['lines end with CR, LF or both', 'a=1\r\nb=2\rc=3', ['a→1', 'b→2', 'c→3']],
    ['a byte order mark is left out', '\u{FEFF}a=1', ['a→1']],
    ['a backslash at the end of the file', 'a=1\\', ['a→1']],
  ])('%s', (_, text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  it('names the line of each property, and that of a malformed escape', () => {
    expect(parseProperties('\n# x\na=1\\\n2\nb=3').map(({ line }) => line)).toEqual([3, 5]);
    expect(() => parseProperties('a=1\nb=\\u12x')).toThrow(PropertiesFileError);
    expect(() => parseProperties('a=1\nb=\\u12x')).toThrow('line 2: "\\u12x" is not \\uXXXX');
  });
});
