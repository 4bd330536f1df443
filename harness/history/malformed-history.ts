/** The error of a history that cannot be read: the line, counted from 1, and the problem in it. */
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
