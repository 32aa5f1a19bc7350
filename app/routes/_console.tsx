import { data, type LoaderFunctionArgs } from "@remix-run/node";
import { Outlet, useLoaderData, useRouteLoaderData } from "@remix-run/react";
import { ErrorPage } from "~/components/error-page";
import { documentHeaders } from "~/infra/http/document-headers";
import { takeFlash } from "~/infra/http/flash.server";
import { may } from "~/modules/access/actor";
import { navigationFor } from "~/modules/access/console-nav";
import { ConsoleShell } from "~/modules/access/console-shell";
import { requireStaff } from "~/modules/access/require-staff.server";
import { PausedNotices } from "~/modules/notices/sending/sending-view";
import { pausedScopes } from "~/modules/notices/sending/sending.queries.server";
import { NoticeTasks } from "~/modules/policy/notice-tasks";
import { noticeTasks } from "~/modules/policy/notice-tasks.queries.server";
import { StoppedEndpoints } from "~/modules/webhooks/stopped-endpoints";
import { stoppedEndpoints } from "~/modules/webhooks/webhooks.queries.server";
import { countOpenCases } from "~/modules/cases/case-counters.queries.server";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context);
  const flash = takeFlash(request);
  return data(
    {
      navigation: navigationFor(actor),
      queueCount: may(actor, "case:read") ? await countOpenCases(context.deps.db) : null,
      person: { name: actor.name, roles: actor.roles.map((role) => role.replaceAll("_", " ")).join(", ") },
      flash: flash.message,
      paused: may(actor, "notice:read") ? await pausedScopes(context.deps) : [],
      tasks: may(actor, "policy:publish") ? await noticeTasks(context.deps) : [],
      stopped: may(actor, "settings:manage") ? await stoppedEndpoints(context.deps) : [],
      scans: context.deps.scanner !== null,
    },
    { headers: flash.headers },
  );
}

export const headers = documentHeaders;

export default function Console() {
  const { paused, tasks, stopped, scans: _scans, ...shell } = useLoaderData<typeof loader>();
  return (
    <ConsoleShell {...shell}>
      {paused.length > 0 ? (
        <div className="mb-4">
          <PausedNotices scopes={paused} />
        </div>
      ) : null}
      {tasks.length > 0 ? (
        <div className="mb-4">
          <NoticeTasks tasks={tasks} />
        </div>
      ) : null}
      {stopped.length > 0 ? (
        <div className="mb-4">
          <StoppedEndpoints endpoints={stopped} />
        </div>
      ) : null}
      <Outlet />
    </ConsoleShell>
  );
}

/** An error of a page leaves the way out of it standing: rail and search stay when they could be loaded. */
export function ErrorBoundary() {
  const shell = useRouteLoaderData<typeof loader>("routes/_console");
  const page = (
    <div className="mx-auto max-w-2xl py-12">
      <ErrorPage />
    </div>
  );
  return shell ? <ConsoleShell {...shell}>{page}</ConsoleShell> : <main className="px-4">{page}</main>;
}
