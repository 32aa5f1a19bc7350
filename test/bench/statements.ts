import pg from "pg";

export interface Statement {
  text: string;
  values: unknown[];
}

/** The SQL that a piece of work sends, in order: what a bare baseline repeats, and how many round trips it took. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const sent: Statement[] = [];
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const original = prototype.query;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [first, second] = args;
    if (typeof first === "string") sent.push({ text: first, values: Array.isArray(second) ? second : [] });
    else if (typeof first === "object" && first !== null && "text" in first) {
      const { text, values } = first as { text: string; values?: unknown[] };
      sent.push({ text, values: values ?? (Array.isArray(second) ? second : []) });
    }
    return original.apply(this, args);
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
