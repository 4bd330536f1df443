/** A history that cannot be read: which line it is, counted from 1, and what is wrong with it. */
export class MalformedHistory extends Error {
  readonly line: number;
  readonly problem: string;

  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
    this.name = 'MalformedHistory';
    this.line = line;
    this.problem = problem;
  }
}
