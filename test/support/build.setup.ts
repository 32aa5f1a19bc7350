import { resolve } from "node:path";
import { ensureBuilt } from "~/infra/embedded/freshness.mjs";

/** Once, before the first file: two files that begin at once would build over each other. */
export default (): Promise<void> => ensureBuilt(resolve(import.meta.dirname, "../.."));
