import { isRouteErrorResponse, useRouteError } from "@remix-run/react";
import { ButtonLink } from "./button";
import { PlainLink } from "./link";

const pages: Record<number, { title: string; text: string }> = {
  400: { title: "This request makes no sense to us", text: "A part of the address or the form is missing or damaged. Go back and try again." },
  403: { title: "You may not see this", text: "Your role does not include this page. If your work needs it, ask an admin to add the role." },
  404: { title: "There is nothing here", text: "The address is mistyped, or what it pointed to is gone. Check it, or start from the first page." },
  405: { title: "This page only shows", text: "It does not take what was sent. Go back and use the buttons on the page." },
  410: { title: "This link has expired", text: "Private links stop working after a while. Use the newest mail you got from us, or start from the first page." },
  413: { title: "This is too large", text: "Send fewer or smaller files and try again. Nothing was stored." },
  429: { title: "Too many tries", text: "Wait a few minutes, then try again. Nothing was lost." },
};

const broken = {
  title: "Something broke on our side",
  text: "Nothing half-finished was stored. Try again in a minute. If it keeps happening, tell an admin what you were doing and when.",
};

/** What stands where a page should: what happened and what to do next. A loader may give its own `sentence`. */
export function ErrorPage() {
  const error = useRouteError();
  const status = isRouteErrorResponse(error) ? error.status : 500;
  const said = pages[status] ?? broken;
  const own = isRouteErrorResponse(error) && isSentence(error.data) ? error.data.sentence : null;
  return (
    <div className="grid justify-items-start gap-4">
      <p className="font-mono text-sm text-muted">{status}</p>
      <h1 className="text-2xl font-semibold">{said.title}</h1>
      <p className="max-w-prose text-muted">{own ?? said.text}</p>
      <p className="flex flex-wrap items-center gap-4">
        <ButtonLink to="/" variant="primary">
          Go to the first page
        </ButtonLink>
        <PlainLink href="">Try again</PlainLink>
      </p>
    </div>
  );
}

const isSentence = (data: unknown): data is { sentence: string } =>
  typeof data === "object" && data !== null && "sentence" in data && typeof data.sentence === "string";
