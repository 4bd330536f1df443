/** Bad input, in words for the person who gave it: what was given, and what would be right. The command line exits with 64. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
