import { ESLint } from "eslint";
import { expect, test } from "vitest";

/**
 * The linter keeps the arrows of the house. Each row is a file as somebody might write it; it must be refused (or
 * not), whatever the files on disk look like today.
 */
const eslint = new ESLint({ cwd: process.cwd() });

async function rulesBroken(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return result!.messages.map((message) => message.ruleId ?? message.message);
}

const imports = "@typescript-eslint/no-restricted-imports";
const syntax = "no-restricted-syntax";

test.each([
  ["a route reaches for Prisma", "app/routes/x.tsx", `import { PrismaClient } from "../../prisma/generated/client"; new PrismaClient();`, imports],
  ["a route reaches for a repository", "app/routes/x.tsx", `import { lock } from "~/modules/cases/case.repo.server"; lock();`, imports],
  ["a route reaches for the queue", "app/routes/x.tsx", `import { Queue } from "bullmq"; new Queue("x");`, imports],
  ["the application knows a job", "app/modules/cases/x.server.ts", `import { job } from "../../../jobs/worker"; job();`, imports],
  ["a command uses another module's repository", "app/modules/appeals/x.server.ts", `import { lock } from "../cases/case.repo.server"; lock();`, imports],
  ["a lower module calls up", "app/modules/cases/x.server.ts", `import { rule } from "~/modules/appeals/rule-on-appeal.server"; rule();`, imports],
  ["a lower module calls up by a relative path", "app/modules/cases/x.server.ts", `import { rule } from "../appeals/rule-on-appeal.server"; rule();`, imports],
  ["a command talks to the queue", "app/modules/cases/x.server.ts", `import { open } from "~/infra/queue.server"; open();`, imports],
  ["a pure file does I/O", "app/modules/cases/x.ts", `import { openDb } from "~/infra/db.server"; openDb();`, imports],
  ["a pure file reads the clock", "app/modules/cases/x.ts", `export const x = () => Date.now();`, syntax],
  ["a pure file reads the time by luxon", "app/modules/cases/x.ts", `import { DateTime } from "luxon"; export const x = () => DateTime.utc();`, syntax],
  ["a pure file reads the environment", "app/modules/cases/x.ts", `export const x = () => process.env.HOME;`, syntax],
  ["infrastructure knows a module", "app/infra/x.server.ts", `import { rule } from "~/modules/appeals/appeal"; rule();`, imports],
  ["a component knows a module", "app/components/x.tsx", `import { rule } from "~/modules/appeals/appeal"; rule();`, imports],
  ["a mail knows the application", "emails/x.ts", `import { rule } from "../app/modules/appeals/appeal"; rule();`, imports],
])("refuses: %s", async (_what, file, code, rule) => {
  expect(await rulesBroken(file, code)).toContain(rule);
});

test.each([
  ["a route calls a command", "app/routes/x.tsx", `import { rule } from "~/modules/appeals/rule-on-appeal.server"; rule();`],
  ["an upper module calls a lower one", "app/modules/appeals/x.server.ts", `import { lift } from "../enforcement/reverse-action.server"; lift();`],
  ["a command uses its own repository", "app/modules/cases/x.server.ts", `import { lock } from "./case.repo.server"; lock();`],
  ["a pure file reads another module's rule", "app/modules/cases/x.ts", `import { close } from "../appeals/appeal"; export const y = close;`],
  ["a page names the type of what it is given", "app/modules/cases/x.tsx", `import type { Page } from "./queue.queries.server"; export const y = (p: Page) => p;`],
  ["a job calls a command", "jobs/processors/x.job.ts", `import { lift } from "~/modules/enforcement/expire-actions.server"; lift();`],
])("allows: %s", async (_what, file, code) => {
  expect(await rulesBroken(file, code)).not.toContain(imports);
});
