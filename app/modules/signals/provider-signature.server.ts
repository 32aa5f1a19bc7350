import { createHmac } from "node:crypto";
import { equalBytes } from "~/infra/crypto.server";

/** `X-Hub-Signature-256`: HMAC-SHA-256 under the app's secret over the bytes as they were sent. */
export function isSignedByWhatsApp(secret: string, body: Uint8Array, header: string | undefined): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(header ?? "")?.[1];
  return hex !== undefined && equalBytes(Buffer.from(hex, "hex"), createHmac("sha256", secret).update(body).digest());
}

/**
 * `X-Twilio-Signature`: HMAC-SHA-1 in base64 under the account's token over the address as it is called and, sorted by name,
 * each field's name and value. A name that comes twice counts once for each different value. Some of Twilio's products
 * sign the address with its port, also when that is the usual one.
 */
export function isSignedByTwilio(token: string, url: string, fields: URLSearchParams, header: string | undefined): boolean {
  if (header === undefined || !/^[A-Za-z0-9+/]{27}=$/.test(header)) return false;
  const given = Buffer.from(header, "base64");
  const names = [...new Set(fields.keys())].sort();
  const written = names.map((name) => [...new Set(fields.getAll(name))].sort().map((value) => name + value).join("")).join("");
  return [url, withPort(url)].map((address) => equalBytes(given, createHmac("sha1", token).update(address + written, "utf8").digest())).includes(true);
}

/** The same address with its port written out. */
function withPort(url: string): string {
  const { protocol, port, host } = new URL(url);
  return port === "" ? url.replace(host, `${host}:${protocol === "https:" ? 443 : 80}`) : url;
}
