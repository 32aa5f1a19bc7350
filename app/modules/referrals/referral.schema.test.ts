import { expect, test } from "vitest";
import { readForm } from "~/infra/http/form-fields";
import { newId } from "~/infra/id";
import { reasonField, reasonsOf } from "./referral.schema";

test("the reason for an original arrives, whatever the file's id begins with", async () => {
  const ids = [newId(), "a1b2c3d4-0000-7000-8000-000000000000", "0a1b2c3d-0000-7000-8000-000000000000"];
  const body = new URLSearchParams([...ids.map((id) => [reasonField(id), `Its headers prove ${id}.`]), [reasonField(newId()), "  "]]);
  const form = await readForm(new Request("http://console.example/", { method: "POST", body }));
  expect(reasonsOf(form)).toEqual(Object.fromEntries(ids.map((id) => [id, `Its headers prove ${id}.`])));
});
