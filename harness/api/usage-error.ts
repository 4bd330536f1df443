/** The error for bad input. Its message shows the given value and the expected one. The command line exits with 64. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
