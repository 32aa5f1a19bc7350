import type { MetaFunction } from "@remix-run/node";
import { ButtonLink } from "~/components/button";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";

export const meta: MetaFunction = () => [
  { title: "Trust and safety" },
  { name: "description", content: "Report a business that sends you spam, scams or abuse, and follow what happens with your report." },
];

export default function FrontPage() {
  return (
    <div className="grid gap-8">
      <div className="grid justify-items-start gap-4">
        <h1 className="text-2xl font-semibold">Did a business send you something it should not have?</h1>
        <p className="max-w-prose text-muted">
          Tell us what happened. A person reads every report, decides by the platform’s published rules, and tells you how it ended.
          You need no account, and you can stay anonymous.
        </p>
        <ButtonLink to="/report" variant="primary">
          Report abuse
        </ButtonLink>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Panel title="You reported something">
          <p className="text-sm text-muted">
            The private link you got on screen and by mail shows where your report stands. You can add evidence there.
            Lost it? Write to the abuse address of the platform; <TextLink to="/policies">its policies</TextLink> name it.
          </p>
        </Panel>
        <Panel title="A decision was made about your account">
          <p className="text-sm text-muted">
            The mail that told you carries a link to the decision, its reasons and dates, and how to appeal.
          </p>
          <p className="mt-3">
            <TextLink to="/appeal">Lost the mail? Appeal here</TextLink>
          </p>
        </Panel>
      </div>
      <p className="text-sm text-muted">
        Staff: <TextLink to="/sign-in">sign in</TextLink>
      </p>
    </div>
  );
}
