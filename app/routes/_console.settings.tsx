import type { LoaderFunctionArgs } from "@remix-run/node";
import { Outlet, useLoaderData, useLocation } from "@remix-run/react";
import { PageHeader } from "~/components/page-header";
import { TabLinks } from "~/components/tabs";
import { may } from "~/modules/access/actor";
import type { Permission } from "~/modules/access/permissions";
import { requireStaff } from "~/modules/access/require-staff.server";

const pages: readonly { to: string; label: string; permission?: Permission }[] = [
  { to: "/settings", label: "Me" },
  { to: "/settings/people", label: "People", permission: "staff:manage" },
  { to: "/settings/api-keys", label: "API keys", permission: "api-key:manage" },
  { to: "/settings/webhooks", label: "Webhooks", permission: "settings:manage" },
  { to: "/settings/ladders", label: "Ladders", permission: "policy:read" },
  { to: "/settings/events", label: "Events", permission: "settings:manage" },
  { to: "/settings/rules", label: "Rules", permission: "signal:read" },
  { to: "/settings/features", label: "Features", permission: "settings:manage" },
  { to: "/settings/four-eyes", label: "Four eyes", permission: "settings:manage" },
  { to: "/settings/transparency", label: "Transparency", permission: "settings:manage" },
  { to: "/settings/templates", label: "Templates", permission: "policy:edit" },
  { to: "/settings/platforms", label: "Platforms", permission: "settings:manage" },
];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context);
  return { pages: pages.filter(({ permission }) => !permission || may(actor, permission)).map(({ to, label }) => ({ to, label })) };
}

export default function Settings() {
  const { pages: shown } = useLoaderData<typeof loader>();
  const { pathname } = useLocation();
  return (
    <>
      <PageHeader title="Settings" />
      <TabLinks label="Settings" tabs={shown.map((page) => ({ ...page, current: page.to === "/settings" ? pathname.replace(/\/$/, "") === page.to : `${pathname}/`.startsWith(`${page.to}/`) }))} />
      <div className="max-w-5xl pt-4">
        <Outlet />
      </div>
    </>
  );
}
