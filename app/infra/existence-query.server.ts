import type { Connection, Submittable } from "pg";

/** What the driver keeps of the statements it has prepared; its types do not tell. */
type Prepared = { parsedStatements: Record<string, string | undefined> };

/**
 * Whether a prepared statement finds any row, for less than the driver's own query costs: no promise of rows, no
 * description of columns, nothing read of what is found. It is given to `Client.query`, which calls it as it calls
 * `pg-cursor` and its like.
 */
export class ExistenceQuery implements Submittable {
  private found = false;

  constructor(
    readonly name: string,
    readonly text: string,
    private readonly values: string[],
    private readonly settle: (found: boolean) => void,
    private readonly fail: (error: Error) => void,
  ) {}

  /** The client puts another one in its place that ends its patience as well. */
  callback = (error: Error | null): void => (error ? this.fail(error) : this.settle(this.found));

  submit(connection: Connection): void {
    connection.stream.cork();
    if ((connection as unknown as Prepared).parsedStatements[this.name] === undefined) connection.parse({ name: this.name, text: this.text, types: [] }, true);
    connection.bind({ statement: this.name, values: this.values }, true);
    connection.execute({}, true);
    connection.sync();
    connection.stream.uncork();
  }

  handleDataRow(): void {
    this.found = true;
  }
  handleCommandComplete(): void {}
  handleReadyForQuery(): void {
    this.callback(null);
  }
  handleError(error: Error): void {
    this.callback(error);
  }
}
