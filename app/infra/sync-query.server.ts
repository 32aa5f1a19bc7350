import type { Connection, Submittable } from "pg";

/** A round trip that asks nothing, given to `Client.query`, which calls it as it calls `pg-cursor` and its like. */
export class SyncQuery implements Submittable {
  constructor(
    private readonly settle: () => void,
    private readonly fail: (error: Error) => void,
  ) {}

  /** The client puts another one in its place that ends its patience as well. */
  callback = (error: Error | null): void => (error ? this.fail(error) : this.settle());

  submit(connection: Connection): void {
    connection.sync();
  }
  handleReadyForQuery(): void {
    this.callback(null);
  }
  handleError(error: Error): void {
    this.callback(error);
  }
}
