import { Form } from "@remix-run/react";
import type { ReactNode } from "react";
import { Button } from "~/components/button";
import { SelectControl } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { IntakeTabs } from "./intake-tabs";

interface Props {
  current: "to_match" | "waves" | "set_aside";
  title: string;
  lead: string;
  platforms: readonly { key: string; name: string }[];
  /** The key of the one platform that is shown; empty: all. */
  platform: string;
  first: boolean;
  next: string | null;
  children: ReactNode;
}

const places = { to_match: { path: "/intake", kept: {} }, waves: { path: "/intake/waves", kept: {} }, set_aside: { path: "/intake", kept: { show: "set_aside" } } } as const;

/** A list of reports by platform, page by page: what is narrowed stays narrowed on every page. */
export function IntakePage({ current, title, lead, platforms, platform, first, next, children }: Props) {
  const { path, kept } = places[current];
  const here = (more: Record<string, string>) => `${path}?${new URLSearchParams({ ...kept, ...(platform && { platform }), ...more }).toString()}`;
  return (
    <>
      <PageHeader
        title={title}
        lead={lead}
        actions={
          <Form method="get" className="flex gap-2">
            <SelectControl name="platform" aria-label="Platform" defaultValue={platform} placeholder="All platforms" options={platforms.map(({ key, name }) => ({ value: key, label: name }))} />
            {Object.entries(kept).map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            <Button type="submit">Show</Button>
          </Form>
        }
      />
      <IntakeTabs current={current} />
      <Panel flush>{children}</Panel>
      <Pagination previous={first ? null : here({})} next={next ? here({ after: next }) : null} />
    </>
  );
}
