import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { listPlatforms } from "~/modules/platforms/platforms.queries.server";
import { setTransparencySchema } from "~/modules/platforms/set-transparency.schema";
import { setTransparency } from "~/modules/platforms/set-transparency.server";
import { TransparencySettings } from "~/modules/platforms/transparency-settings";
import { territories } from "~/modules/transparency/dsa-values";

const here = "/settings/transparency";

export const meta: MetaFunction = () => [{ title: "Transparency settings" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "settings:manage");
  const platforms = await listPlatforms(context.deps.db);
  const nameOf = new Intl.DisplayNames("en", { type: "region" });
  return {
    platforms: platforms.map(({ key, name, transparencyExports, transparencyTerritory }) => ({ key, name, exports: transparencyExports, territory: transparencyTerritory })),
    countries: territories.map((code) => ({ code, name: nameOf.of(code) ?? code })).sort((a, b) => a.name.localeCompare(b.name, "en")),
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "settings:manage");
  const form = await readForm(request);
  const platformKey = String(form.get("platformKey") ?? "");
  const submission = parseWithZod(form, { schema: setTransparencySchema });
  if (submission.status !== "success") return data({ platformKey, result: submission.reply() }, { status: 422 });
  const set = await setTransparency(context.deps, actor, submission.value);
  if (set.ok) return redirectWithFlash(here, { tone: "ok", text: submission.value.exports ? "Statements of decisions from now on go to the transparency database." : "Statements of decisions from now on stay here." });
  const { status, sentence } = refusalText(set.reason);
  return data({ platformKey, result: submission.reply({ formErrors: [sentence] }) }, { status });
}

export default function TransparencySettingsPage() {
  const { platforms, countries } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  if (platforms.length === 0) return <EmptyState title="There is no platform yet">Whether statements are handed over is set for each platform.</EmptyState>;
  return (
    <div className="grid gap-4">
      <p className="text-sm text-muted">
        An online platform sends its statements of reasons to the EU’s transparency database, without personal data (Digital Services Act, article 24(5)). What is ready to go is under{" "}
        <TextLink to="/transparency">Transparency</TextLink>. A change counts for decisions from then on: what was decided before keeps the answer of its day.
      </p>
      {platforms.map((platform) => (
        <TransparencySettings key={platform.key} platform={platform} countries={countries} lastResult={answer?.platformKey === platform.key ? answer.result : null} />
      ))}
    </div>
  );
}
