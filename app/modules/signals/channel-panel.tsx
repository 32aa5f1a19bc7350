import { Form } from "@remix-run/react";
import { StatusPill } from "~/components/badge";
import { Button } from "~/components/button";
import { Code } from "~/components/code-block";
import { ErrorSummary } from "~/components/error-summary";
import { InputField } from "~/components/inputs";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import type { FormAnswer } from "./rule-form";
import { figure } from "./signal-words";

export interface Channel {
  provider: "whatsapp" | "twilio";
  state: "unset" | "on" | "off";
  address: string;
  changedAt: string | null;
  previousUntil: string | null;
  hasVerifyToken: boolean;
  lastReceivedAt: string | null;
  lastRefusedAt: string | null;
  senders: number;
}

const words = {
  whatsapp: { title: "WhatsApp Cloud API", secret: "App secret", where: "In Meta’s App Dashboard under App settings, Basic. It signs every call." },
  twilio: { title: "SMS by Twilio’s form", secret: "Auth token", where: "In the provider’s console. It signs every call." },
} as const;

const states = { unset: { tone: "neutral", word: "Not set" }, on: { tone: "ok", word: "On" }, off: { tone: "warn", word: "Switched off" } } as const;

const errorsOf = (answer: FormAnswer | null) => (name: string) => (answer?.errors[name] ? [...answer.errors[name]] : undefined);

interface ChannelPanelProps {
  channel: Channel;
  answer: FormAnswer | null;
  now: string;
  zone: string;
}

/** One way in for a provider's calls: how it is called, by what it proves itself, and what was last heard of it. */
export function ChannelPanel({ channel, answer, now, zone }: ChannelPanelProps) {
  const { provider, state, address, senders } = channel;
  const { title, secret, where } = words[provider];
  const seen = { now, zone };
  const when = (at: string | null) => (at ? <Time at={at} {...seen} /> : "Never");
  const errors = errorsOf(answer);
  return (
    <Panel title={title} id={provider} aside={<StatusPill tone={states[state].tone}>{states[state].word}</StatusPill>}>
      <Facts
        facts={[
          { name: "Called at", value: <Code>{address}</Code> },
          ...(state === "unset"
            ? []
            : [
                { name: "Last received", value: when(channel.lastReceivedAt) },
                { name: "Last refused", value: channel.lastRefusedAt ? <>{when(channel.lastRefusedAt)}, for its signature was not right</> : "Never" },
                { name: "Last changed", value: when(channel.changedAt) },
                { name: "Senders", value: senders === 0 ? "None has an account: what they say is kept, and counts for nobody" : `${figure(senders)} with an account` },
              ]),
          ...(channel.previousUntil ? [{ name: "Before", value: <>What was replaced counts as well. That ends <Time at={channel.previousUntil} {...seen} /></> }] : []),
        ]}
      />
      {state === "unset" ? null : <SenderForm provider={provider} answer={answer?.values.intent === "sender" ? answer : null} />}
      <details open={(answer !== null && answer.values.intent !== "sender") || state === "unset"} className="mt-3">
        <summary className="w-fit cursor-pointer text-sm font-medium text-accent underline underline-offset-2">{state === "unset" ? "Set it up" : "Replace what it is signed with"}</summary>
        <Form method="post" noValidate autoComplete="off" className="mt-4 grid max-w-xl gap-4">
          <ErrorSummary title="The channel was not changed" entries={Object.entries(answer?.values.intent === "sender" ? {} : (answer?.errors ?? {})).map(([name, said]) => ({ id: name ? `${provider}-${name}` : null, errors: said }))} />
          <input type="hidden" name="provider" value={provider} />
          <InputField label={secret} type="password" autoComplete="off" id={`${provider}-secret`} name="secret" errors={errors("secret")} hint={`${where} ${state === "unset" ? "It is never shown again." : "The one before counts for another 24 hours."}`} required />
          {provider === "whatsapp" ? (
            <InputField
              label="Verify token"
              type="password"
              autoComplete="off"
              id={`${provider}-verifyToken`}
              name="verifyToken"
              errors={errors("verifyToken")}
              hint={channel.hasVerifyToken ? "Left empty, the present one stays." : "Make one up, of at least 16 characters, and give the same to Meta: its handshake repeats it."}
              required={!channel.hasVerifyToken}
            />
          ) : null}
          <Button type="submit" name="intent" value="secret" variant="primary" className="justify-self-start">
            {state === "unset" ? "Set up" : "Replace"}
          </Button>
        </Form>
      </details>
      {state === "unset" ? null : (
        <Form method="post" className="mt-4 flex flex-wrap items-center gap-3">
          <input type="hidden" name="provider" value={provider} />
          <input type="hidden" name="on" value={state === "on" ? "off" : "on"} />
          <Button type="submit" name="intent" value="switch">
            {state === "on" ? "Switch off" : "Switch on"}
          </Button>
          <span className="text-sm text-muted">{state === "on" ? "Switched off, every call is refused; providers send again for some time." : "Switched on, it is called with the secrets it had."}</span>
        </Form>
      )}
    </Panel>
  );
}

const senderHints = {
  whatsapp: "A phone number id or a WhatsApp Business account’s id. Said again of another account, it is that one’s from then on.",
  twilio: "A number in E.164, a messaging service or an account of the provider. Said again of another account, it is that one’s from then on.",
} as const;

/** Says whose a sender is: until then what it sends is kept and counts for nobody. */
function SenderForm({ provider, answer }: { provider: Channel["provider"]; answer: FormAnswer | null }) {
  const errors = errorsOf(answer);
  return (
    <details open={answer !== null} className="mt-3">
      <summary className="w-fit cursor-pointer text-sm font-medium text-accent underline underline-offset-2">Say whose a sender is</summary>
      <Form method="post" noValidate autoComplete="off" className="mt-4 grid max-w-xl gap-4">
        <ErrorSummary title="The sender was not named" entries={Object.entries(answer?.errors ?? {}).map(([name, said]) => ({ id: name ? `${provider}-${name}` : null, errors: said }))} />
        <input type="hidden" name="provider" value={provider} />
        <InputField label="Sender" id={`${provider}-sender`} name="sender" defaultValue={answer?.values.sender ?? ""} errors={errors("sender")} hint={senderHints[provider]} required />
        <InputField label="Account" id={`${provider}-externalId`} name="externalId" defaultValue={answer?.values.externalId ?? ""} errors={errors("externalId")} hint="The platform’s own id of the account." required />
        <Button type="submit" name="intent" value="sender" className="justify-self-start">
          Save
        </Button>
      </Form>
    </details>
  );
}
