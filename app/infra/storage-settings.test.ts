import { expect, test } from "vitest";
import { z } from "zod";
import { s3SettingsOf, storageFault, storageVariables } from "./storage-settings";

const given = (env: Record<string, string>) => z.object(storageVariables).parse(env);

test("without a bucket files lie in the folder", () => {
  expect(s3SettingsOf(given({ STORAGE_DIR: "/files", S3_BUCKET: "" }))).toBeNull();
});

test("a bucket outside Amazon", () => {
  expect(s3SettingsOf(given({ S3_BUCKET: "evidence", S3_ENDPOINT: "https://s3.example.com", S3_PATH_STYLE: "1", S3_PREFIX: "console/files", S3_ACCESS_KEY_ID: "id", S3_SECRET_ACCESS_KEY: "secret" }))).toEqual({
    bucket: "evidence", endpoint: "https://s3.example.com", region: "us-east-1", pathStyle: true, prefix: "console/files/", credentials: { accessKeyId: "id", secretAccessKey: "secret" },
  });
});

test.each([
  [{ S3_BUCKET: "evidence" }, null],
  [{ S3_BUCKET: "evidence", S3_ACCESS_KEY_ID: "id" }, "S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together: set both, or neither."],
  [{ S3_ENDPOINT: "https://s3.example.com", S3_PREFIX: "x" }, "S3_ENDPOINT, S3_PREFIX without S3_BUCKET: files would lie in STORAGE_DIR and nobody would notice."],
])("%j together", (env, fault) => {
  expect(storageFault(given(env))).toBe(fault);
});

test.each([{ S3_BUCKET: "Not_A_Bucket" }, { S3_ENDPOINT: "s3.example.com" }, { S3_PREFIX: "/../x" }, { S3_PATH_STYLE: "perhaps" }])("%j is refused", (env) => {
  expect(z.object(storageVariables).safeParse(env).success).toBe(false);
});
