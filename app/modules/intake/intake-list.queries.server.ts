import type { Deps } from "~/infra/deps.server";
import { platformChoices } from "../platforms/platforms.queries.server";

/** Which part of a list of reports an address asks for; a platform that does not exist narrows nothing. */
export async function intakeListAsked(deps: Pick<Deps, "db">, request: Request) {
  const { searchParams } = new URL(request.url);
  const platforms = await platformChoices(deps.db);
  const platform = platforms.find(({ key }) => key === searchParams.get("platform"));
  const after = searchParams.get("after");
  return { asked: { platformId: platform?.id ?? null, after }, shown: { platforms, platform: platform?.key ?? "", first: after === null }, show: searchParams.get("show") };
}
