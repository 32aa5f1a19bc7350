import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/**
 * The arrows of the house. A module may call the commands (`.server`) of those before it in this list, never of
 * those after it: what must flow back up is a command of the lower module, called by the upper one. Pure files may be
 * read from anywhere, and type imports carry no dependency at run time.
 */
const modules = ["audit", "platforms", "notices", "access", "webhooks", "policy", "cases", "signals", "intake", "reporters", "enforcement", "referrals", "bulk", "appeals", "transparency", "calibration", "inbound-mail"];

const prisma = { regex: "(^@prisma/|prisma/generated)", message: "Only repositories, queries and infra touch Prisma." };
const queue = { regex: "(^bullmq$|^ioredis$|infra/queue)", message: "The web process never talks to the queue: stage an outbox row." };
const server = { regex: "\\.server(\\.[jt]s)?$", message: "A pure file does no I/O.", allowTypeImports: true };
const jobs = { regex: "(^|/)jobs/", message: "The application does not know its background jobs." };
const anyModule = { regex: "^(~/modules/|(\\.\\./)+modules/)", message: "Infrastructure knows no module." };
const repo = { regex: "\\.repo\\.server$", message: "Call a command or a query: a repository belongs to its module." };
const foreignRepo = { regex: "^(~/modules/|(\\.\\./)+)[^.]*\\.repo\\.server$", message: "Never another module's repository: call its command." };
const route = { regex: "(^~/routes/|/routes/)", message: "Routes are doors, not rooms." };

const restrict = (...patterns) => ({ "@typescript-eslint/no-restricted-imports": ["error", { patterns }] });

const clock = [
  { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: "`now` is an argument of every rule." },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "`now` is an argument of every rule." },
  {
    selector: "CallExpression[callee.object.name='DateTime'][callee.property.name=/^(now|utc|local)$/][arguments.length=0]",
    message: "`now` is an argument of every rule.",
  },
  { selector: "MemberExpression[object.name='process'][property.name='env']", message: "The environment is parsed once, in infra/config." },
];

const pure = ["app/modules/**/*.{ts,tsx}"];
const notPure = ["**/*.server.ts", "**/*.server.tsx", "**/*.test.ts", "**/*.test.tsx"];

/** A module's own arrows: its patterns on top of those every file of modules has. */
const moduleArrows = modules.flatMap((name, rank) => {
  const above = modules.slice(rank + 1);
  const upward = above.length > 0 && {
    regex: `^(~/modules|\\.\\.)/(${above.join("|")})/[^.]*(\\.[a-z]+)?\\.server$`,
    message: `${name} is below these modules and does not call up.`,
    allowTypeImports: true,
  };
  const common = [jobs, queue, foreignRepo, route, ...(upward ? [upward] : [])];
  return [
    { files: [`app/modules/${name}/**/*.{ts,tsx}`], rules: restrict(...common) },
    { files: [`app/modules/${name}/**/*.{ts,tsx}`], ignores: notPure, rules: restrict(...common, server, prisma) },
  ];
});

export default tseslint.config(
  { ignores: ["build/", "prisma/generated/", ".data/", ".cache/", "node_modules/", "test/results/"] },
  ...tseslint.configs.recommended,
  {
    plugins: { "import-x": importX },
    settings: {
      "import-x/extensions": [".ts", ".tsx", ".js", ".mjs"],
      "import-x/resolver": { typescript: { alwaysTryTypes: true, project: "tsconfig.json" } },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "max-lines": ["error", { max: 400 }],
    },
  },
  { files: ["app/**/*.{ts,tsx}"], rules: restrict(jobs) },
  { files: ["app/infra/**/*.{ts,tsx}"], rules: restrict(jobs, anyModule, route) },
  { files: ["app/components/**/*.{ts,tsx}"], rules: restrict(jobs, anyModule, server, prisma, route) },
  { files: ["app/routes/**/*.{ts,tsx}"], rules: restrict(jobs, queue, prisma, repo, { regex: "infra/db", message: prisma.message, allowTypeImports: true }) },
  { files: ["app/api/**/*.ts"], rules: restrict(jobs, queue, prisma, repo, route, { regex: "infra/db", message: prisma.message, allowTypeImports: true }) },
  { files: ["app/smtp/**/*.ts"], rules: restrict(jobs, queue, prisma, repo, route, { regex: "infra/db", message: prisma.message, allowTypeImports: true }) },
  { files: ["app/admin/**/*.ts"], rules: restrict(jobs, prisma, repo, route, { regex: "infra/db", message: prisma.message, allowTypeImports: true }) },
  {
    files: ["app/routes/**/*.{ts,tsx}"],
    rules: { "no-restricted-syntax": ["error", { selector: "CallExpression[callee.property.name='formData']", message: "Anybody may send any form: read it by readForm (infra/http/form-fields)." }] },
  },
  { files: pure, ignores: notPure, rules: { "no-restricted-syntax": ["error", ...clock] } },
  ...moduleArrows,
  { files: ["emails/**/*.{ts,tsx}"], ignores: ["**/*.test.{ts,tsx}"], rules: restrict({ regex: "^(?!react|\\./)", message: "A mail knows React and its props, nothing else.", allowTypeImports: false }) },
  { files: ["jobs/**/*.ts"], rules: restrict(repo, route) },
);
