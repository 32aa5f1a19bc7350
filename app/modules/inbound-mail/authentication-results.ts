import { authenticationSchema, type MailAuthentication } from "./authentication";

/** As much of a message as is looked through for its header. */
const headBytes = 256 * 1024;

/** The fields of a message's header, unfolded, from the top on; names in lower case. */
export function headerFields(message: Uint8Array): { name: string; value: string }[] {
  const head = Buffer.from(message.buffer, message.byteOffset, Math.min(message.byteLength, headBytes)).toString("latin1");
  const end = /\r?\n\r?\n/.exec(head)?.index ?? head.length;
  return head
    .slice(0, end)
    .replace(/\r?\n[ \t]+/g, " ")
    .split(/\r?\n/)
    .flatMap((line) => {
      const colon = line.indexOf(":");
      return colon > 0 ? [{ name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() }] : [];
    });
}

/**
 * What the trusted server found (RFC 8601, 2.2): the first field in its name, since it writes above what was there. Null: there
 * is none, so nobody vouches for anything.
 *
 * The word is that server's only if it brought the mail (trusted-relay.ts) and removes such fields that others put into one
 * (RFC 8601, 5); whoever sets MAIL_AUTHSERV_ID says that it does.
 */
export function trustedAuthentication(message: Uint8Array, authservId: string): MailAuthentication | null {
  const trusted = headerFields(message).find(({ name, value }) => name === "authentication-results" && authservIdOf(value) === authservId.toLowerCase());
  return trusted ? readAuthenticationResults(trusted.value) : null;
}

const authservIdOf = (value: string): string => (withoutComments(value).split(";", 1)[0] ?? "").trim().split(/\s+/, 1)[0]!.replace(/^"|"$/g, "").toLowerCase();

function readAuthenticationResults(value: string): MailAuthentication {
  const [authority = "", ...clauses] = withoutComments(value).slice(0, 10_000).match(/(?:"[^"]*"|[^;"])+/g) ?? [];
  const found = clauses.map(methodOf).filter((method) => method !== null);
  const first = (name: string, property: string) => {
    const method = found.find((one) => one.name === name);
    return { result: method?.result ?? "none", domain: domainOf(method?.properties.get(property)) };
  };
  return authenticationSchema.parse({
    by: "trusted_header",
    authority: authority.trim().split(/\s+/, 1)[0]!.toLowerCase(),
    spf: first("spf", "smtp.mailfrom"),
    dkim: found.filter(({ name }) => name === "dkim").slice(0, 10).map(({ result, properties }) => ({ result, domain: domainOf(properties.get("header.d") ?? properties.get("header.i")) })),
    dmarc: first("dmarc", "header.from"),
  });
}

function methodOf(clause: string): { name: string; result: string; properties: Map<string, string> } | null {
  const words = [...clause.matchAll(/([a-z0-9._/-]+)\s*=\s*("[^"]*"|[^\s"]+)/gi)].map(([, name = "", value = ""]) => [name.toLowerCase(), value.replace(/^"|"$/g, "")] as const);
  const [method, ...properties] = words;
  // "dkim/1" is version 1 of the method.
  return method ? { name: method[0].split("/", 1)[0]!, result: method[1].toLowerCase(), properties: new Map(properties) } : null;
}

/** The domain of "user@domain", "@domain" or "domain". */
function domainOf(value: string | undefined): string | null {
  const domain = value?.slice(value.lastIndexOf("@") + 1).toLowerCase() ?? "";
  return /^[a-z0-9_.-]{1,253}$/.test(domain) ? domain : null;
}

/** RFC 5322 comments nest and may hold anything, also what looks like a result. What is within quotation marks is no comment. */
function withoutComments(value: string): string {
  let depth = 0;
  let quoted = false;
  let kept = "";
  for (let at = 0; at < value.length; at += 1) {
    const sign = value[at]!;
    if (sign === "\\") {
      // An escaped sign is any sign, never one that ends or begins something.
      if (depth === 0) kept += "_";
      at += 1;
    } else if (depth === 0 && sign === '"') {
      quoted = !quoted;
      kept += sign;
    } else if (!quoted && sign === "(") depth += 1;
    else if (!quoted && sign === ")" && depth > 0) depth -= 1;
    else if (depth === 0) kept += sign;
  }
  return kept;
}
