import pg from "pg";

export interface Statement {
  text: string;
  values: unknown[];
}

/** The SQL that a piece of work sends, in order: what a bare baseline repeats, and how many round trips it took. */
export const statementsOf = (work: () => Promise<unknown>): Promise<Statement[]> => recorded(work, (args) => args);

/** The same of work that is taken back: its COMMIT goes out as a ROLLBACK. */
export const rehearsed = (work: () => Promise<unknown>): Promise<Statement[]> =>
  recorded(work, ([first, ...rest]) => {
    const { text } = statementIn(first, rest[0]) ?? { text: "" };
    if (text !== "COMMIT") return [first, ...rest];
    return typeof first === "string" ? ["ROLLBACK", ...rest] : [{ ...(first as object), text: "ROLLBACK" }, ...rest];
  });

function statementIn(first: unknown, second: unknown): Statement | null {
  if (typeof first === "string") return { text: first, values: Array.isArray(second) ? second : [] };
  if (typeof first !== "object" || first === null || !("text" in first)) return null;
  const { text, values } = first as { text: string; values?: unknown[] };
  return { text, values: values ?? (Array.isArray(second) ? second : []) };
}

async function recorded(work: () => Promise<unknown>, through: (args: unknown[]) => unknown[]): Promise<Statement[]> {
  const sent: Statement[] = [];
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const original = prototype.query;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const statement = statementIn(args[0], args[1]);
    if (statement) sent.push(statement);
    return original.apply(this, through(args));
  };
  try {
    await work();
  } finally {
    prototype.query = original;
  }
  return sent;
}

/** Sends the same statements with the bare driver, one after the other on one connection. */
export async function repeatBare(url: string, statements: readonly Statement[]): Promise<{ run: () => Promise<unknown>; close: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    run: async () => {
      for (const { text, values } of statements) await client.query(text, values);
    },
    close: () => client.end(),
  };
}
