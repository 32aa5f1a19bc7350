import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum, type SqlDriverAdapter, type SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import { Pool, type QueryArrayConfig, type QueryArrayResult } from "pg";

const require = createRequire(import.meta.url);

/**
 * Prisma's schema engine as WebAssembly: it compares a database with schema.prisma and writes the SQL between them,
 * without the native engine that the Prisma CLI downloads.
 */
async function openEngine(url: string): Promise<bindings.SchemaEngine> {
  const file = require.resolve("@prisma/schema-engine-wasm").replace(/schema_engine\.js$/, "schema_engine_bg.wasm");
  const module = new WebAssembly.Module(new Uint8Array(await readFile(file)));
  const instance = new WebAssembly.Instance(module, { "./schema_engine_bg.js": bindings as unknown as WebAssembly.ModuleImports });
  bindings.__wbg_set_wasm(instance.exports);
  // The engine leaves the reason of a panic here before it stops.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (reason: string) => process.stderr.write(`${reason}\n`) } });
  (instance.exports.__wbindgen_start as () => void)();
  return bindings.SchemaEngine.new({ datamodels: undefined }, () => undefined, bindMigrationAwareSqlAdapterFactory(catalogAdapter(url)));
}

const types = { char: 18, charArray: 1002 };

/**
 * The engine reads PostgreSQL's catalogue, which has columns of the internal one-byte type "char". The adapter knows
 * that type only as an array element; so such a column travels through it as an array and is set right behind it.
 */
function catalogAdapter(url: string): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPg(catalogPool(url), { disposeExternalPool: true });
  const readable = (adapter: SqlDriverAdapter): SqlDriverAdapter => {
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const columnTypes = result.columnTypes.map((type) => (type === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : type));
      return { ...result, columnTypes };
    };
    return adapter;
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => readable(await factory.connect()),
    connectToShadowDb: async () => readable(await factory.connectToShadowDb()),
  };
}

function catalogPool(url: string): Pool {
  const pool = new Pool({ connectionString: url });
  const query = pool.query.bind(pool) as (config: QueryArrayConfig) => Promise<QueryArrayResult>;
  const queryWithChars = async (config: QueryArrayConfig): Promise<QueryArrayResult> => {
    const result = await query(config);
    for (const field of result.fields) if (field.dataTypeID === types.char) field.dataTypeID = types.charArray;
    return result;
  };
  return Object.assign(pool, { query: queryWithChars });
}

/**
 * What separates a database from the schema.
 *
 * @returns a summary for people and the SQL that would close the gap, or null when there is none
 */
export async function diffWithSchema(url: string, schemaPath: string): Promise<{ summary: string; sql: string } | null> {
  const engine = await openEngine(url);
  const files = [{ path: schemaPath, content: await readFile(schemaPath, "utf8") }];
  const compare = (script: boolean): Promise<bindings.DiffResult> =>
    engine.diff({
      from: { tag: "schemaDatasource", files, configDir: dirname(schemaPath) },
      to: { tag: "schemaDatamodel", files },
      script,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    });
  try {
    const summary = await compare(false);
    if (summary.exitCode === 0) return null;
    const script = await compare(true);
    return { summary: summary.stdout ?? "", sql: script.stdout ?? "" };
  } finally {
    engine.free();
  }
}
