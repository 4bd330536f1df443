/** What a coordinator makes of a request: records that change its state once replayed, and the answer once they are committed. */
export interface Decision<Response, Record> {
  readonly records: readonly Record[];
  readonly response: Response;
}
