import { expect, test } from "vitest";
import { createApiKeySchema } from "./create-api-key.schema";

const key = { platformKey: "customerflows", name: "Gate", scopes: ["gate:read"] };

test.each([
  ["no platform", { ...key, platformKey: undefined }, "Choose a platform."],
  ["a platform no key can have", { ...key, platformKey: "Customer Flows" }, "Choose a platform."],
  ["no scope", { ...key, scopes: [] }, "Choose at least one scope."],
  ["no number of days", { ...key, expiresInDays: "soon" }, "Give a whole number of days, from 1 to 3650."],
  ["half a day", { ...key, expiresInDays: "0.5" }, "Give a whole number of days, from 1 to 3650."],
])("%s is said in words for people", (_what, input, said) => {
  expect(createApiKeySchema.safeParse(input).error?.issues.map(({ message }) => message)).toContain(said);
});
